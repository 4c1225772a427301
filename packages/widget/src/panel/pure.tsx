import { Component, type ComponentChild } from 'preact';

/** A component that is drawn anew only when one of its properties is another. */
export function pure<P extends object>(
  view: (props: P) => ComponentChild,
): new (props: P) => Component<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([name, value]) => !Object.is(before[name], value));
    }
    override render(): ComponentChild {
      return view(this.props);
    }
  };
}
