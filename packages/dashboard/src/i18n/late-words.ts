import { enLate } from './en-late.ts';
import { addEnglish } from './translate.ts';

// Each page that says them imports this module: they are there before it is drawn.
addEnglish(enLate);
