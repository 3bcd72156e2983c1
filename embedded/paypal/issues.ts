// What can be wrong with a request, in PayPal's words: https://developer.paypal.com/api/rest/reference/orders/v2/errors/
// The descriptions are those of the OpenAPI documents of Orders 2.13 and Payments 2.5, where these know the issue.

type Failure = { status: number; name: string; message: string };

const FAILURES: Record<number, Omit<Failure, "status">> = {
	400: {
		name: "INVALID_REQUEST",
		message: "Request is not well-formed, syntactically incorrect, or violates schema.",
	},
	401: {
		name: "AUTHENTICATION_FAILURE",
		message: "Authentication failed due to missing authorization header, or invalid authentication credentials.",
	},
	403: { name: "NOT_AUTHORIZED", message: "Authorization failed due to insufficient permissions." },
	404: { name: "RESOURCE_NOT_FOUND", message: "The specified resource does not exist." },
	409: { name: "RESOURCE_CONFLICT", message: "The server has detected a conflict while processing this request." },
	415: { name: "UNSUPPORTED_MEDIA_TYPE", message: "The server does not support the request payload's media type." },
	422: {
		name: "UNPROCESSABLE_ENTITY",
		message: "The requested action could not be performed, semantically incorrect, or failed business validation.",
	},
	429: { name: "RATE_LIMIT_REACHED", message: "Too many requests. Blocked due to rate limiting." },
	500: { name: "INTERNAL_SERVER_ERROR", message: "An internal server error occurred." },
	503: { name: "SERVICE_UNAVAILABLE", message: "Service Unavailable." },
};

export function failureOf(status: number): Failure {
	return { status, ...(FAILURES[status] ?? FAILURES[status < 500 ? 422 : 500]!) };
}

export const ISSUES = {
	ACTION_DOES_NOT_MATCH_INTENT:
		"Order was created with another intent. Please use the call that matches the intent of the order, or create an order with the intent of this call.",
	AMOUNT_MISMATCH:
		"Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.",
	AMOUNT_NOT_PATCHABLE:
		"The amount cannot be updated as the 'payer' has chosen and approved a specific financing offer for a given amount. Please Create a new Order with the updated Order amount and have the 'payer' approve the new payment terms.",
	AUTHORIZATION_ALREADY_CAPTURED: "Authorization has previously been captured.",
	AUTHORIZATION_EXPIRED: "An expired authorization cannot be captured.",
	AUTHORIZATION_VOIDED: "A voided authorization cannot be captured or reauthorized. ",
	AUTH_CAPTURE_CURRENCY_MISMATCH: "Currency of capture must be the same as currency of authorization.",
	AUTH_CURRENCY_MISMATCH:
		"The currency specified during reauthorization should be the same as the currency specified in the original authorization. Please check the currency of the authorization for which you are trying to reauthorize and try again.",
	CANNOT_BE_NEGATIVE:
		"Must be greater than or equal to 0. If the currency supports decimals, only two decimal place precision is supported.",
	CANNOT_BE_ZERO_OR_NEGATIVE:
		"Must be greater than zero. If the currency supports decimals, only two decimal place precision is supported.",
	CANNOT_BE_VOIDED: "A reauthorization cannot be voided. Please void the original parent authorization.",
	CAPTURE_FULLY_REFUNDED: "The capture has already been fully refunded",
	DECIMALS_NOT_SUPPORTED:
		"Currency does not support decimals. Please refer to https://developer.paypal.com/docs/api/reference/currency-codes/ for more information.",
	DECIMAL_PRECISION: "If the currency supports decimals, only two decimal place precision is supported.",
	DUPLICATE_INVOICE_ID:
		"Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that Invoice Id be unique for each transaction.",
	DUPLICATE_REFERENCE_ID: "`reference_id` must be unique if multiple `purchase_unit` are provided.",
	FIELD_NOT_PATCHABLE: "Field cannot be patched.",
	INSTRUMENT_DECLINED:
		"The instrument presented  was either declined by the processor or bank, or it can't be used for this payment.",
	INTERNAL_SERVICE_ERROR: "An internal service error has occurred.",
	INVALID_ARRAY_MAX_ITEMS: "The number of items in an array parameter is too large.",
	INVALID_CURRENCY_CODE:
		"Currency code is invalid or is not currently supported. Please refer https://developer.paypal.com/docs/api/reference/currency-codes/ for list of supported currency codes.",
	INVALID_MOCK_RESPONSE: "The PayPal-Mock-Response header names no application code that the embedded PayPal knows.",
	INVALID_PARAMETER: "Cannot be specified as part of the request.",
	INVALID_PARAMETER_SYNTAX: "The value of a field does not conform to the expected format.",
	INVALID_PARAMETER_VALUE: "The value of a field is invalid.",
	INVALID_PATCH_OPERATION:
		"The operation cannot be honored. Cannot add a property that's already present, use replace. Cannot remove a property thats not present, use add. Cannot replace a property thats not present, use add.",
	INVALID_RESOURCE_ID: "Specified resource ID does not exist. Please check the resource ID and try again.",
	INVALID_STRING_LENGTH: "The value of a field is either too short or too long.",
	ITEM_TOTAL_MISMATCH: "Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit.",
	ITEM_TOTAL_REQUIRED:
		"If item details are specified (items.unit_amount and items.quantity) corresponding amount.breakdown.item_total is required.",
	MALFORMED_REQUEST_JSON: "The request JSON is not well formed.",
	MAX_CAPTURE_AMOUNT_EXCEEDED:
		"Capture amount exceeds allowable limit. Please contact customer service or your account manager to request the change to your overage limit. The default overage limit is 115%, which allows the sum of all captures to be up to 115% of the order amount. The ability to over capture is subjected to regulatory approvals.",
	MISSING_REQUIRED_PARAMETER: "A required field / parameter is missing.",
	MULTI_CURRENCY_ORDER:
		"Multiple differing values of currency_code are not supported. Entire Order request must have the same currency_code.",
	NOT_SUPPORTED: "The embedded PayPal does not support this.",
	ORDER_ALREADY_AUTHORIZED:
		"Order already authorized.If 'intent=AUTHORIZE' only one authorization per order is allowed.",
	ORDER_ALREADY_CAPTURED: "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed.",
	ORDER_ALREADY_COMPLETED: "The order cannot be patched after it is completed.",
	ORDER_NOT_APPROVED:
		"Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url returned as part of the HATEOAS links within the Create Order call or provide a valid `payment_source` in the request.",
	PARTIAL_REFUND_NOT_ALLOWED: "You cannot do a refund less than the original capture amount.",
	PAYER_ACTION_REQUIRED: "Transaction cannot complete successfully, instruct the buyer to return to PayPal.",
	PAYER_CANNOT_PAY: "Combination of payer and payee settings mean that this buyer cannot pay this seller.",
	PAYPAL_REQUEST_ID_REQUIRED:
		"A PayPal-Request-Id is required if you are trying to process payment for an Order. Please specify a PayPal-Request-Id or Create the Order without a 'payment_source' specified.",
	PENDING_CAPTURE:
		"Cannot initiate a refund as the capture is pending. Capture is typically pending when the payer has funded the transaction using e-check/bank funded.",
	PERMISSION_DENIED: "You do not have permission to access or perform operations on this resource.",
	PREVIOUSLY_CAPTURED: "Authorization has been previously captured and hence cannot be voided.",
	PREVIOUSLY_VOIDED: "Authorization has been previously voided and hence cannot be voided again.",
	PREVIOUS_REQUEST_IN_PROGRESS:
		"A previous request on this resource is currently in progress. Please wait for sometime and try again. It is best to space out the initial and the subsequent request(s) to avoid receiving this error.",
	REAUTHORIZATION_NOT_SUPPORTED:
		"A reauthorize cannot be attempted on an authorization_id that is the result of a prior reauthorization or on an authorization made on an Order saved using the `v2/orders/id/save` API.",
	REAUTHORIZATION_TOO_SOON:
		"A reauthorization is not allowed within the three-day honor period of the original authorization.",
	REFUND_AMOUNT_EXCEEDED:
		"The refund amount must be less than or equal to the capture amount that has not yet been refunded.",
	REFUND_CAPTURE_CURRENCY_MISMATCH: "Refund must be in the same currency as the capture",
	REFUND_FAILED_INSUFFICIENT_FUNDS:
		"Capture could not be refunded due to insufficient funds. Please check to see if you have sufficient funds in your PayPal account or if the bank account linked to your PayPal account is verified and has sufficient funds.",
	REFUND_NOT_ALLOWED: "Capture cannot be refunded.",
	TRANSACTION_BLOCKED_BY_PAYEE: "Transaction blocked by Payee’s Fraud Protection settings.",
	TRANSACTION_LIMIT_EXCEEDED: "Total payment amount exceeded transaction limit.",
	TRANSACTION_REFUSED: "The request was refused.",
	UNSUPPORTED_INTENT:
		"`intent=AUTHORIZE` is not supported for multiple purchase units. Only `intent=CAPTURE` is supported.",
} as const;

export type Issue = keyof typeof ISSUES;
