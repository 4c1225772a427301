/**
 * Its message is for the person who starts the server or typed the command, and says all: no stack is shown.
 * Stands alone, so that whoever shows errors loads nothing of what may fail.
 */
export class ErrorForPeople extends Error {}
