// Files for other programs, as texts: Anki's, and a calendar's.

/** HTML in one field of a line. */
const field = (html) => html.replace(/\s+/g, " ").trim();

/**
 * A text file that Anki imports, with Basic cards. prompts: { id, question, answer,
 * tag } each, in HTML. Imported again, it renews the cards, by their id.
 */
export function ankiText(prompts, deck) {
  const head = [
    "#separator:tab",
    "#html:true",
    "#notetype:Basic",
    `#deck:${deck}`,
    "#tags column:3",
    "#guid column:4",
  ];
  const lines = prompts.map(({ id, question, answer, tag }) =>
    [question, answer, tag, `zero-mean-unit-variance-${id}`]
      .map(field)
      .join("\t"),
  );
  return `${[...head, ...lines].join("\n")}\n`;
}

const two = (number) => String(number).padStart(2, "0");
const escape = (text) =>
  text.replace(/[\\;,]/g, "\\$&").replace(/\r\n?|\n/g, "\\n");

/** A line, folded so that each has at most 75 bytes, as RFC 5545 asks. */
function fold(line) {
  const encoder = new TextEncoder();
  const lines = [""];
  for (const letter of line) {
    if (encoder.encode(lines.at(-1) + letter).length > 75) lines.push(" ");
    lines[lines.length - 1] += letter;
  }
  return lines.join("\r\n");
}

/** A calendar file (RFC 5545) with one entry for a whole day, [year, month, date]. */
export function calendarText({ day, summary, description, address }, now) {
  const [year, month, date] = day;
  const stamp = `${new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  const start = `${year}${two(month)}${two(date)}`;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Zero Mean Unit Variance//Review//EN",
    "BEGIN:VEVENT",
    `UID:review-${start}@zero-mean-unit-variance`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${start}`,
    `SUMMARY:${escape(summary)}`,
    `DESCRIPTION:${escape(description)}`,
    ...(address ? [`URL:${address}`] : []),
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(fold).join("\r\n")}\r\n`;
}
