// Widths of bars and spaces of the Code 128 symbols 0-106 (ISO/IEC 15417), six a symbol and seven for the stop.
const WIDTHS =
	"212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232";

const START_B = 104;
const START_C = 105;

const widths = (symbol: number): string => WIDTHS.slice(symbol * 6, symbol * 6 + 6);

/** Code 128 of printable ASCII: widths of bars and spaces by turns, in modules, bar first. All digits in pairs go by set C. */
export function code128(text: string): number[] {
	const pairs = /^(\d\d)+$/.test(text);
	if (!/^[ -~]+$/.test(text)) throw new Error(`"${text}" has characters that Code 128 B cannot write.`);
	const symbols = pairs
		? [START_C, ...text.match(/\d\d/g)!.map(Number)]
		: [START_B, ...[...text].map((character) => character.charCodeAt(0) - 32)];
	const check = symbols.reduce((sum, symbol, i) => sum + symbol * Math.max(1, i), 0) % 103;
	return [...[...symbols, check].flatMap((symbol) => [...widths(symbol)].map(Number)), 2, 3, 3, 1, 1, 1, 2];
}
