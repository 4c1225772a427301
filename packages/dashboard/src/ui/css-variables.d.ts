import 'react';

declare module 'react' {
  // Custom properties that components set; everything else of a style stays in the style sheet.
  interface CSSProperties {
    '--hue'?: number;
  }
}
