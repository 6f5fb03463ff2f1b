/**
 * Lives here: the one table of errors that doors show to people: code, HTTP status, reason phrase, texts.
 * Not here: how a door writes an error, or anything thrown for programmers.
 * May ask: nobody.
 */
export { AsterismError, type ErrorCode, type ErrorDetails, errorTable, isAsterismError } from './errors.ts';
