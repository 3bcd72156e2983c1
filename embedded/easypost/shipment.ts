import type { CustomsInfo } from "./customs.ts";
import type { Parcel, Rate, RateMessage } from "./rates.ts";
import type { Tracker } from "./trackers.ts";
import type { Address } from "./verify.ts";

/** EasyPost's Shipment object. As stored, `tracker` is null: the tracker lives in its own collection. */
export interface Shipment {
	id: string;
	created_at: string;
	is_return: boolean;
	messages: RateMessage[];
	mode: "test";
	options: Record<string, unknown>;
	reference: string | null;
	status: string;
	tracking_code: string | null;
	updated_at: string;
	batch_id: null;
	batch_status: null;
	batch_message: null;
	customs_info: CustomsInfo | null;
	from_address: Address;
	insurance: string | null;
	order_id: null;
	parcel: Parcel | null;
	postage_label: PostageLabel | null;
	rates: Rate[];
	refund_status: "submitted" | "refunded" | "rejected" | null;
	scan_form: null;
	selected_rate: Rate | null;
	tracker: Tracker | null;
	to_address: Address;
	usps_zone: number | null;
	return_address: Address;
	buyer_address: Address;
	forms: object[];
	fees: Fee[];
	object: "Shipment";
}

/** `amount` has five decimals: `"8.20000"`. */
export interface Fee {
	object: "Fee";
	type: "PostageFee" | "InsuranceFee";
	amount: string;
	charged: boolean;
	refunded: boolean;
}

export interface PostageLabel {
	object: "PostageLabel";
	id: string;
	created_at: string;
	updated_at: string;
	date_advance: number;
	integrated_form: string;
	label_date: string;
	label_resolution: number;
	label_size: string;
	label_type: string;
	label_file_type: string;
	label_url: string;
	label_pdf_url: string | null;
	label_zpl_url: string | null;
	label_epl2_url: string | null;
	label_file: string | null;
}
