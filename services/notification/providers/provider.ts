/** A provider said no, and will say it again: a mailbox that is not there, a number that takes no messages. */
export class Undeliverable extends Error {
	override name = "Undeliverable";
}
