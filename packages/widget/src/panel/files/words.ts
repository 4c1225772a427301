import { enFiles } from '../../strings/en-files.ts';
import { addEnglish } from '../../strings/language.ts';

addEnglish(enFiles);
