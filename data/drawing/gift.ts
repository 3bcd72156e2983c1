import { box, type Drawing, group, path, shadow } from "./canvas.ts";

/** The thing looking out of an opened parcel. */
export const gift =
	(thing: Drawing): Drawing =>
	(p) =>
		shadow(400, 230) +
		path("M190 470l-70-60 150-20zM610 470l70-60-150-20z", p.pale) +
		path("M180 474l34-36h372l34 36z", p.ink, { opacity: 0.45 }) +
		group("translate(124 40) scale(.69)", thing(p)) +
		box(180, 470, 440, 170, p.first, 8) +
		box(400, 470, 220, 170, "#000", 0, { opacity: 0.08 }) +
		box(374, 470, 52, 170, p.third) +
		box(180, 530, 440, 44, p.third) +
		path("M400 552q-110-90-120-30-4 60 120 30zM400 552q110-90 120-30 4 60-120 30z", p.pale) +
		path("M400 552l-70 74 14-4 8 14zM400 552l70 74-14-4-8 14z", p.pale);
