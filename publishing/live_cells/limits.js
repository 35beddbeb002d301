// How long a cell may run, and how much it may print.
export const SECONDS = 10;
export const LINES = 500;
export const MOST = 20_000; // characters
