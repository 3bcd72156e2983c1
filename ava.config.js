export default {
	files: ["**/*.test.ts", "!node_modules/**", "!**/.tradewind/**"],
	extensions: ["ts"],
	timeout: "120s",
	concurrency: 2,
};
