/** The texts of <residua-why>, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const whyMessages = { en, ko };
