import type { FieldView, TokenView } from "../../wire/wire";
import type { LongText } from "./long_text";
import { Rest } from "./text";

const KINDS = new Set<TokenView["kind"]>([
  "keyword",
  "name",
  "string",
  "number",
  "comment",
  "operator",
  "error",
]);

/** What comes after so many pieces has no colours: an element for each would slow the browser down. */
const MOST_TOKENS = 5000;

const LANGUAGES: Record<string, string> = {
  bash: "Bash",
  c: "C",
  cobol: "COBOL",
  cpp: "C++",
  csharp: "C#",
  go: "Go",
  java: "Java",
  javascript: "JavaScript",
  kotlin: "Kotlin",
  php: "PHP",
  python: "Python",
  ruby: "Ruby",
  rust: "Rust",
  scala: "Scala",
  swift: "Swift",
  typescript: "TypeScript",
  "sql:ansi": "SQL",
  "sql:bigquery": "SQL · BigQuery",
  "sql:mysql": "SQL · MySQL",
  "sql:postgres": "SQL · PostgreSQL",
  "sql:sqlite": "SQL · SQLite",
  "sql:tsql": "SQL · T-SQL",
};

/** Code in its colours; what was asked for later has none. */
export function Code({ field, text }: { field: FieldView; text: LongText }) {
  const { tokens, language } = field;
  const coloured = tokens.slice(0, MOST_TOKENS);
  const length = coloured.reduce((sum, token) => sum + token.text.length, 0);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <section class="dd-code" tabIndex={0} aria-label={`${field.column}, ${languageName(language)}`}>
        <pre>
          <code>
            {tokens.length === 0
              ? text.text
              : coloured.map((token, index) => <Token key={index} {...token} />)}
            {tokens.length > 0 && text.text.slice(length)}
          </code>
        </pre>
      </section>
      <Rest text={text} />
    </>
  );
}

function Token({ kind, text }: TokenView) {
  return KINDS.has(kind) ? <span class={`dd-token-${kind}`}>{text}</span> : <span>{text}</span>;
}

/** "Python", "SQL · PostgreSQL"; one that is new is called as it calls itself. */
export function languageName(language: string): string {
  return Object.hasOwn(LANGUAGES, language) ? (LANGUAGES[language] ?? language) : language || "code";
}
