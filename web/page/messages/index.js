/** The texts of the page around the elements, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const pageMessages = { en, ko };
