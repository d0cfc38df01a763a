/** The texts of <residua-drawing>, by language. */
import { en } from './en.js';
import { ko } from './ko.js';

export const drawingMessages = { en, ko };
