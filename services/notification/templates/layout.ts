import type { Block } from "./content.ts";

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (words: string) => words.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const BUTTON =
	"display:inline-block;padding:12px 20px;border-radius:8px;background:#14532d;color:#ffffff;text-decoration:none;font-weight:600";

/** The blocks as a mail's plain text. */
export function plain(blocks: Block[]): string {
	return `${blocks.map(plainBlock).join("\n\n")}\n\n-- \nTradewind\n`;
}

function plainBlock(block: Block): string {
	if (block.type === "link") return `${block.label}:\n${block.url}`;
	if (block.type !== "table") return block.text;
	const width = Math.max(...block.rows.map(([name]) => name.length));
	return block.rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

/** The blocks as a mail's HTML, with styles inline, as mail programs want them. */
export function html(title: string, blocks: Block[]): string {
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:24px;background:#f6f5f1;color:#1c1917;${FONT};font-size:16px;line-height:1.5">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
<p style="margin:0 0 24px;font-weight:700;color:#14532d">Tradewind</p>
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${escaped(title)}</h1>
${blocks.map(htmlBlock).join("\n")}
</div></body></html>
`;
}

function htmlBlock(block: Block): string {
	switch (block.type) {
		case "text":
			return `<p style="margin:0 0 16px">${escaped(block.text)}</p>`;
		case "small":
			return `<p style="margin:24px 0 0;font-size:13px;color:#57534e">${escaped(block.text)}</p>`;
		case "link":
			return `<p style="margin:24px 0"><a href="${escaped(block.url)}" style="${BUTTON}">${escaped(block.label)}</a></p>`;
		case "table":
			return `<table role="presentation" style="width:100%;border-collapse:collapse;margin:0 0 16px">${block.rows
				.map(
					([name, value]) =>
						`<tr><td style="padding:6px 0;border-bottom:1px solid #e7e5e4">${escaped(name)}</td><td style="padding:6px 0;border-bottom:1px solid #e7e5e4;text-align:right;white-space:nowrap">${escaped(value)}</td></tr>`,
				)
				.join("")}</table>`;
	}
}
