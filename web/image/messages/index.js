/** The texts of <residua-image>, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const imageMessages = { en, ko };
