import type PDFKit from "pdfkit";
import { code128 } from "./barcode.ts";
import type { Shipment } from "./shipment.ts";
import type { Address } from "./verify.ts";

// Four by six inches, in points.
const WIDTH = 288;
const HEIGHT = 432;
const MARGIN = 16;

const lines = (address: Address): string[] =>
	[
		address.name,
		address.company,
		address.street1,
		address.street2,
		[address.city, address.state, address.zip].filter(Boolean).join(" "),
		address.country,
	].filter((line): line is string => line !== null && line !== "");

/** The shipment's label as a PDF of 4 x 6 inches: addresses, service, a Code 128 of the tracking number. */
export async function labelPdf(shipment: Shipment): Promise<Buffer> {
	// Loaded only when someone asks for a label: pdfkit takes 30 MB.
	const { default: Document } = await import("pdfkit");
	const pdf = new Document({
		size: [WIDTH, HEIGHT],
		margin: MARGIN,
		info: { Title: `Label ${shipment.tracking_code}` },
	});
	const chunks: Buffer[] = [];
	pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
	const ended = new Promise((resolve) => pdf.on("end", resolve));
	draw(pdf, shipment);
	pdf.end();
	await ended;
	return Buffer.concat(chunks);
}

function draw(pdf: PDFKit.PDFDocument, shipment: Shipment): void {
	const { is_return, selected_rate, parcel, reference, tracking_code } = shipment;
	const ends = [shipment.from_address, shipment.to_address];
	const [from, to] = is_return ? ends.reverse() : ends;
	const inner = WIDTH - 2 * MARGIN;
	const rule = (y: number) =>
		pdf
			.lineWidth(2)
			.moveTo(MARGIN, y)
			.lineTo(WIDTH - MARGIN, y)
			.stroke();

	pdf
		.font("Helvetica")
		.fontSize(8)
		.text(`FROM:\n${lines(from!).join("\n")}`, MARGIN, MARGIN, { width: inner / 2 });
	pdf
		.font("Helvetica-Bold")
		.fontSize(15)
		.text(selected_rate?.carrier ?? "", WIDTH / 2, MARGIN, {
			width: inner / 2,
			align: "right",
		});
	pdf
		.font("Helvetica")
		.fontSize(9)
		.text(selected_rate?.service ?? "", { width: inner / 2, align: "right" });
	pdf.text(parcel ? `${(parcel.weight / 16).toFixed(1)} LBS` : "", { width: inner / 2, align: "right" });
	rule(104);
	pdf.font("Helvetica").fontSize(9).text("SHIP TO:", MARGIN, 114);
	pdf
		.font("Helvetica-Bold")
		.fontSize(12)
		.text(lines(to!).join("\n").toUpperCase(), MARGIN + 14, 128, { width: inner - 14 });
	rule(250);
	pdf.font("Helvetica-Bold").fontSize(9).text(`TRACKING #: ${tracking_code}`, MARGIN, 260);
	bars(pdf, tracking_code ?? "", 280, 80);
	rule(376);
	pdf.font("Helvetica").fontSize(8);
	if (reference) pdf.text(`REF: ${reference}`, MARGIN, 386);
	pdf.text(is_return ? "RETURN - TEST LABEL, NOT FOR CARRIAGE" : "TEST LABEL, NOT FOR CARRIAGE", MARGIN, 400);
}

function bars(pdf: PDFKit.PDFDocument, text: string, y: number, height: number): void {
	const widths = code128(text);
	const modules = widths.reduce((sum, width) => sum + width, 0);
	const unit = (WIDTH - 4 * MARGIN) / modules;
	let x = 2 * MARGIN;
	widths.forEach((width, i) => {
		if (i % 2 === 0) pdf.rect(x, y, width * unit, height);
		x += width * unit;
	});
	pdf.fill("black");
}
