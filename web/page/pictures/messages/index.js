/** The panel's texts by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const pictureMessages = { en, ko };
