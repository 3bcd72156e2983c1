import { api } from "./api.js";

let asked = null;
/** All categories as a flat list, asked for once. A failure is not kept. */
export const categories = () => {
	asked ??= api("GET", "/v1/categories")
		.then(({ data }) => data)
		.catch((error) => {
			asked = null;
			throw error;
		});
	return asked;
};

/** The name of a category that is known by its slug or id. */
export const categoryName = (all, key) => all.find(({ slug, id }) => slug === key || id === key)?.title ?? key;
