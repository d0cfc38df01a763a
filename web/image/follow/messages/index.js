/** The texts of <residua-follow>, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const followMessages = { en, ko };
