import sanitizeHtml, { type IOptions } from "sanitize-html";

/** What a product's description may hold: text and its structure, links, pictures. */
const ALLOWED: IOptions = {
	allowedTags:
		`a abbr b blockquote br caption cite code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img
		ins li mark ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul`.split(/\s+/),
	allowedAttributes: {
		a: ["href", "title"],
		img: ["src", "alt", "title", "width", "height"],
		td: ["colspan", "rowspan"],
		th: ["colspan", "rowspan", "scope"],
		ol: ["start"],
	},
	allowedSchemes: ["http", "https"],
	allowedSchemesByTag: { a: ["http", "https", "mailto", "tel"] },
	allowProtocolRelative: false,
	parseStyleAttributes: false,
	nestingLimit: 100,
	// Their content goes with them.
	nonTextTags:
		`applet canvas embed frameset head iframe math noembed noframes noscript object option plaintext script select
		style svg template textarea title xmp`.split(/\s+/),
	exclusiveFilter: ({ tag, attribs }) => tag === "img" && !attribs.src,
};

/** Safe HTML; of what is safe already the very same, so that an export that is imported changes nothing. */
export function sanitize(html: string): string {
	const safe = sanitizeHtml(html.replaceAll("\0", ""), ALLOWED);
	// Tags that close each other, as cells in cells, are put right by a second reading.
	return safe === html ? safe : sanitizeHtml(safe, ALLOWED);
}
