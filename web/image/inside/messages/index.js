/** The texts of <residua-inside>, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const insideMessages = { en, ko };
