import type { Drawing, Palette } from "./canvas.ts";
import * as garden from "./garden.ts";
import { gift } from "./gift.ts";
import * as kitchen from "./kitchen.ts";
import * as light from "./light.ts";
import { palettes } from "./palettes.ts";
import * as stationery from "./stationery.ts";
import * as tea from "./tea.ts";
import * as textiles from "./textiles.ts";
import * as travel from "./travel.ts";

type Picture = { name: string; title: string; palette: Palette; draw: Drawing };

const named = (palette: Palette, table: Record<string, Drawing>): Picture[] =>
	Object.entries(table).map(([name, draw]) => {
		const words = name.replaceAll("-", " ");
		return { name, title: words.charAt(0).toUpperCase() + words.slice(1), palette, draw };
	});

const olive = "#5b6b4a";
const charcoal = "#3d4144";
const indigo = "#27476b";
const oat = "#d9c7a3";
const coral = "#c6604a";
const brick = "#9c4635";

/** Every picture of the sample catalogue; the name is the file's, without `.svg`. */
export const drawings: Picture[] = [
	...named(palettes.kitchen, {
		"harbour-stoneware-mug": kitchen.mug("#f3ecdf", "#c99a5b"),
		"harbour-stoneware-mug-slate": kitchen.mug("#5d6770", "#c99a5b"),
		"harbour-stoneware-mug-sea": kitchen.mug("#3f7d80", "#c99a5b"),
		"harbour-stoneware-mug-gift": gift(kitchen.mug("#3f7d80", "#c99a5b")),
		"oak-bread-board": kitchen.board,
		"oak-bread-board-gift": gift(kitchen.board),
		"olive-wood-spoon-set": kitchen.spoons,
		"carbon-steel-cooks-knife": kitchen.knife,
		"linen-apron": kitchen.apron("#b4532f"),
		"linen-apron-oat": kitchen.apron("#c7b48d"),
		"linen-apron-spruce": kitchen.apron("#2f5d62"),
		"enamel-mixing-bowls": kitchen.bowls,
		"cast-iron-skillet": kitchen.skillet,
		"beech-pepper-mill": kitchen.mill,
		"salt-pig": kitchen.saltPig,
		"olive-oil-cruet": kitchen.cruet,
	}),
	...named(palettes.tea, {
		"cast-iron-teapot": tea.ironTeapot,
		"cast-iron-teapot-gift": gift(tea.ironTeapot),
		"gooseneck-kettle": tea.kettle,
		"gooseneck-kettle-gift": gift(tea.kettle),
		"lighthouse-blend-coffee": tea.coffeeBag("#a9b8a0", "#fbfaf3", tea.lighthouseMark),
		"night-watch-decaf": tea.coffeeBag("#34405a", "#232c40", tea.moonMark),
		"smoked-lapsang-souchong": tea.tin("#3a342f", "#e6d3ae"),
		"assam-breakfast-tea": tea.tin("#a2502c", "#f6e7c8"),
		"jasmine-pearls": tea.tin("#4f6b3a", "#fbfaf3"),
		"glass-pour-over-set": tea.dripper,
		"hand-coffee-grinder": tea.grinder,
		"enamel-camp-mug": tea.campMug("#3f5c3c"),
		"enamel-camp-mug-coffee": tea.campMug("#7a4a2b"),
		"enamel-camp-mug-navy": tea.campMug("#2c4463"),
		"enamel-camp-mug-cream": tea.campMug("#ece3cd"),
		"matcha-bowl-and-whisk": tea.matchaSet,
	}),
	...named(palettes.textiles, {
		"fishermans-wool-blanket": textiles.blanket(indigo, oat),
		"fishermans-wool-blanket-oat": textiles.blanket(oat, indigo),
		"fishermans-wool-blanket-coral": textiles.blanket(coral, "#f9f7f1"),
		"herringbone-throw": textiles.throwOver("#4c7396", "#8fb0c9"),
		"herringbone-throw-brick": textiles.throwOver("#a8513f", "#d79a88"),
		"striped-tea-towels": textiles.teaTowels,
		"waffle-bath-towel": textiles.towels(indigo),
		"waffle-bath-towel-coral": textiles.towels(coral),
		"merino-watch-cap": textiles.cap(indigo),
		"merino-watch-cap-rust": textiles.cap("#b05a35"),
		"merino-watch-cap-oat": textiles.cap("#c9b68e"),
		"striped-lambswool-scarf": textiles.scarf,
		"striped-lambswool-scarf-gift": gift(textiles.scarf),
		"sail-stripe-cushion": textiles.cushion(indigo),
		"sail-stripe-cushion-coral": textiles.cushion(coral),
		"felted-wool-slippers": textiles.slippers,
		"indigo-table-runner": textiles.runner,
	}),
	...named(palettes.stationery, {
		"harbour-log-notebook": stationery.notebook("#30507a"),
		"harbour-log-notebook-gift": gift(stationery.notebook("#30507a")),
		"brass-fountain-pen": stationery.pen,
		"iron-gall-ink": stationery.inkBottle("#2b3d63"),
		"iron-gall-ink-oxblood": stationery.inkBottle("#7d2e3a"),
		"cedar-pencils": stationery.pencils,
		"wax-seal-kit": stationery.wax,
		"chart-wrapping-paper": stationery.paperRolls,
		"airmail-letter-set": stationery.airmail,
		"oak-pen-tray": stationery.penTray,
	}),
	...named(palettes.light, {
		"storm-lantern": light.lantern("#b98b3d"),
		"storm-lantern-oxide-red": light.lantern("#9c3f2f"),
		"storm-lantern-gift": gift(light.lantern("#b98b3d")),
		"beeswax-pillar-candle": light.pillar("#e3b04f"),
		"dinner-candles": light.dinnerCandles("#f6ecd6"),
		"dinner-candles-ochre": light.dinnerCandles("#d29a3c"),
		"dinner-candles-brick": light.dinnerCandles(brick),
		"chart-table-lamp": light.deskLamp,
		"paper-moon-pendant": light.pendant,
		"scented-jar-candle": light.jarCandle,
		"brass-chamberstick": light.candlestick,
		"long-matches": light.matches,
	}),
	...named(palettes.travel, {
		"sailcloth-tote": travel.tote("#e6d6b4"),
		"sailcloth-tote-olive": travel.tote(olive),
		"sailcloth-tote-navy": travel.tote("#2c4463"),
		"sailcloth-tote-gift": gift(travel.tote("#e6d6b4")),
		"waxed-canvas-duffel": travel.duffel(olive),
		"waxed-canvas-duffel-charcoal": travel.duffel(charcoal),
		"leather-wash-bag": travel.dopp,
		"field-rucksack": travel.rucksack,
		"pocket-compass": travel.compass,
		"insulated-flask": travel.flask(olive),
		"insulated-flask-charcoal": travel.flask(charcoal),
		"passport-wallet": travel.passportWallet,
		"gale-umbrella": travel.umbrella,
	}),
	...named(palettes.garden, {
		"terracotta-pot": garden.pot,
		"terracotta-pot-gift": gift(garden.pot),
		"copper-watering-can": garden.wateringCan,
		"hand-trowel": garden.trowel,
		"willow-trug": garden.trug,
		"willow-trug-gift": gift(garden.trug),
		"seaweed-plant-feed": garden.feedBottle,
		"tarred-jute-twine": garden.twine,
		"kitchen-garden-seeds": garden.seeds,
		"striped-hammock": garden.hammock,
	}),
];
