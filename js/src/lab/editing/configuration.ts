/** What is brought for cells with a configuration only; the build makes a file of its own of it. */
export { checks } from "./checks";
export { complete } from "./completion";
