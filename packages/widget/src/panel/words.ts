import { enLater } from '../strings/en-later.ts';
import { addEnglish } from '../strings/language.ts';

addEnglish(enLater);
