/** The workbench's texts, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const labMessages = { en, ko };
