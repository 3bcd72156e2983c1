const MAIL = /[^\s@<>"'(),;:\\[\]{}=]+@[^\s@<>"'(),;:\\[\]{}]+\.[A-Za-z][A-Za-z0-9-]*/g;
const PHONE = /(?<![\w.])\+[1-9]\d{6,14}(?!\w)/g;

/** A text of a server or a library without the mail addresses and phone numbers (E.164) in it: they like to repeat them. */
export const redacted = (text: string): string => text.replace(MAIL, "<address>").replace(PHONE, "<phone>");
