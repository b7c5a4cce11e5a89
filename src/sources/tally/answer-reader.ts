import { SaxesParser } from 'saxes';
import { type Encoding, TextDecoding } from '../decode.js';
import { Draft, type ElementShape, type Receivers } from './element-shapes.js';
import { AnswerRefused } from './errors.js';
import { objectShapes, openBillShapes } from './object-shapes.js';
import { Sanitiser } from './sanitise.js';

const MAX_DEPTH = 64;
/** A voucher of a thousand lines with every field Tally knows is some 10 MiB. */
const MAX_OBJECT_CHARACTERS = 64 * 1024 * 1024;
const MAX_TEXT_CHARACTERS = 1024 * 1024;

/** What an answer said about itself. */
export interface AnswerFacts {
  encoding: Encoding;
  /** Bytes read. */
  bytes: number;
}

/**
 * Reads one answer or export of Tally from bytes as they come: decodes, takes out what XML forbids, parses, and hands
 * each object to its receiver the moment it ends. Accepts the four shapes Tally writes: an import file, a report, a
 * collection (whose CMPINFO holds counters named like objects) and Bills Receivable.
 *
 * Memory does not grow with the answer. Throws ContentRefused from `write` or `end`; objects handed out before may be
 * used only if `end` returns.
 */
export class AnswerReader {
  readonly #decoding: TextDecoding;
  readonly #sanitiser = new Sanitiser();
  readonly #parser = new SaxesParser({ xmlns: false, position: false, fragment: false });
  readonly #draft = new Draft();
  readonly #root: ElementShape;
  readonly #stack: ElementShape[] = [];
  /** The innermost element that is kept, null outside the root. */
  #current: ElementShape | null = null;
  /** Depth inside an element that is not kept. */
  #skipped = 0;
  #text = '';
  #rootSeen = false;
  #rootIsEnvelope = false;
  #layoutSeen = false;
  #begun = false;
  #bytes = 0;
  #sinceEvent = 0;
  #sinceObject = 0;

  /** @param declaredCharset Of the Content-Type header, where there was one. */
  constructor(receivers: Receivers, declaredCharset: string | null = null) {
    this.#decoding = new TextDecoding(declaredCharset);
    this.#root = envelope(receivers);
    // Assigned once, so that the engine sees each handler called from one place only.
    this.#parser.on('opentag', (tag) => this.#open(tag.name, tag.attributes as Record<string, string>));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('cdata', (text) => this.#append(text));
    this.#parser.on('doctype', (doctype) => {
      if (/^\s*html\b/i.test(doctype)) throw html();
      throw new AnswerRefused(
        'DOCTYPE_REFUSED',
        'The text declares a document type or entities: expected plain XML as Tally writes it.',
      );
    });
    this.#parser.on('error', (error) => {
      throw error;
    });
  }

  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#feed(this.#sanitiser.write(this.#decoding.write(bytes)));
  }

  /** After the last byte: refuses what is empty, cut short, or says that it failed. */
  end(): AnswerFacts {
    this.#feed(this.#sanitiser.write(this.#decoding.end()) + this.#sanitiser.end());
    if (!this.#begun) throw new AnswerRefused('EMPTY', 'The answer is empty: expected an ENVELOPE of Tally.');
    try {
      this.#parser.close();
    } catch (error) {
      throw error instanceof AnswerRefused
        ? error
        : new AnswerRefused('TRUNCATED', 'The text ends before its closing tag: expected </ENVELOPE> at the end.');
    }
    if (!this.#rootIsEnvelope) throw refusalOfResponse(this.#text);
    this.#judgeEnvelope();
    return { encoding: this.#decoding.encoding ?? 'utf-8', bytes: this.#bytes };
  }

  #judgeEnvelope(): void {
    const { status, lineError, sawData, sawHeader } = this.#draft;
    if (lineError !== null && /SVCurrentCompany/i.test(lineError)) {
      throw new AnswerRefused('COMPANY_NOT_OPEN', 'Tally has no open company of the name asked for.');
    }
    if (lineError !== null || (status !== null && status !== '1')) {
      throw new AnswerRefused(
        'REQUEST_FAILED',
        `Tally refused the request (STATUS ${/^\d{1,3}$/.test(status ?? '') ? status : 'missing'}${lineError === null ? '' : ', with a LINEERROR'}): expected STATUS 1.`,
      );
    }
    if (sawData) return;
    if (this.#layoutSeen) {
      throw new AnswerRefused(
        'SCREEN_LAYOUT',
        'The text is the layout of a screen: expected an export of vouchers as XML (Data Interchange), which has a HEADER and a BODY.',
      );
    }
    throw new AnswerRefused(
      'NOT_AN_EXPORT',
      `The envelope holds no data${sawHeader ? '' : ' and no header'}: expected BODY with DATA or IMPORTDATA.`,
    );
  }

  #feed(text: string): void {
    if (text === '') return;
    let rest = text;
    if (!this.#begun) {
      rest = text.replace(/^[\ufeff\s]+/, '');
      if (rest === '') return;
      if (rest[0] !== '<') {
        throw new AnswerRefused('NOT_TALLY_XML', 'The text is no XML: expected it to begin with <ENVELOPE>.');
      }
      this.#begun = true;
    }
    this.#sinceEvent += rest.length;
    this.#sinceObject += rest.length;
    try {
      this.#parser.write(rest);
    } catch (error) {
      if (error instanceof AnswerRefused) throw error;
      throw this.#rootSeen
        ? new AnswerRefused(
            'MALFORMED',
            'The text is no well-formed XML: expected every tag and reference to be complete.',
          )
        : new AnswerRefused('NOT_TALLY_XML', 'The text is no XML: expected it to begin with <ENVELOPE>.');
    }
    if (this.#sinceEvent > MAX_TEXT_CHARACTERS + rest.length || this.#sinceObject > MAX_OBJECT_CHARACTERS) {
      throw new AnswerRefused(
        'TOO_LARGE',
        'One element is larger than any voucher of Tally: expected at most 64 million characters.',
      );
    }
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#sinceEvent = 0;
    if (this.#skipped > 0) {
      this.#skipped += 1;
      if (this.#skipped > MAX_DEPTH) throw tooDeep();
      return;
    }
    if (this.#current === null) {
      this.#openRoot(name);
      return;
    }
    const shape = this.#current.children.get(name);
    if (shape === undefined) {
      this.#skipped = 1;
      if (this.#stack.length === 1) this.#layoutSeen = true;
      return;
    }
    // Objects begin three or more levels deep and never contain one another.
    if (this.#stack.length <= 5) this.#sinceObject = 0;
    this.#stack.push(shape);
    this.#current = shape;
    if (shape.text !== undefined) this.#listen();
    shape.open?.(this.#draft, attributes);
  }

  #close(): void {
    this.#sinceEvent = 0;
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    const shape = this.#stack.pop()!;
    if (shape.text !== undefined) {
      this.#parser.off('text');
      shape.text(this.#draft, this.#text.trim());
    }
    shape.close?.(this.#draft);
    this.#current = this.#stack.at(-1) ?? null;
  }

  #openRoot(name: string): void {
    const upper = name.toUpperCase();
    if (upper === 'HTML') throw html();
    this.#rootSeen = true;
    this.#rootIsEnvelope = upper === 'ENVELOPE';
    if (!this.#rootIsEnvelope && upper !== 'RESPONSE') {
      throw new AnswerRefused('NOT_TALLY_XML', 'The XML is none of Tally: expected ENVELOPE as its outermost element.');
    }
    this.#current = this.#rootIsEnvelope ? this.#root : RESPONSE;
    this.#stack.push(this.#current);
    if (this.#current.text !== undefined) this.#listen();
  }

  /** The parser gathers text only while somebody listens: nine in ten texts are indentation or of no interest. */
  #listen(): void {
    this.#text = '';
    this.#parser.on('text', this.#append);
  }

  readonly #append = (text: string): void => {
    this.#sinceEvent = 0;
    if (this.#skipped === 0 && this.#current?.text !== undefined) this.#text += text;
  };
}

const html = (): AnswerRefused => new AnswerRefused('HTML', 'The text is a web page: expected an ENVELOPE of Tally.');
const tooDeep = (): AnswerRefused =>
  new AnswerRefused('TOO_LARGE', `Elements are nested more than ${MAX_DEPTH} deep: expected an export of Tally.`);

const RESPONSE: ElementShape = { children: new Map(), text: () => {} };

/** A bare RESPONSE is what Tally answers to an import, or to what it did not understand. */
function refusalOfResponse(text: string): AnswerRefused {
  return /unknown request/i.test(text)
    ? new AnswerRefused('UNKNOWN_REQUEST', 'Tally does not know this request.')
    : new AnswerRefused(
        'NOT_AN_EXPORT',
        'The text is a bare RESPONSE, which holds no data: expected an ENVELOPE of Tally.',
      );
}

/** The counters of an import under STATUS 1 would pass for an export without a voucher. */
const refuseImportResult = (): never => {
  throw new AnswerRefused(
    'NOT_AN_EXPORT',
    'The envelope is the answer to an import, which holds no data: expected an export of Tally.',
  );
};

/** Where objects may stand; anywhere else an element called VOUCHER is a counter or a stranger. */
function envelope(receivers: Receivers): ElementShape {
  const objects = objectShapes(receivers);
  const none: ReadonlyMap<string, ElementShape> = new Map();
  const lineError: ElementShape = {
    children: none,
    text: (draft, text) => {
      draft.lineError ??= text;
    },
  };
  const message: ElementShape = { children: objects };
  const sawData = (draft: Draft): void => {
    draft.sawData = true;
  };
  const data: ElementShape = {
    children: new Map([
      ['COLLECTION', message],
      ['TALLYMESSAGE', message],
      ['LINEERROR', lineError],
      ['IMPORTRESULT', { children: none, open: refuseImportResult }],
    ]),
    open: sawData,
  };
  const importData: ElementShape = {
    children: new Map([
      ['REQUESTDATA', { children: new Map([['TALLYMESSAGE', message]]) }],
      ['LINEERROR', lineError],
    ]),
    open: sawData,
  };
  const body: ElementShape = {
    children: new Map([
      ['DATA', data],
      ['IMPORTDATA', importData],
      ['LINEERROR', lineError],
      ['DESC', { children: new Map([['LINEERROR', lineError]]) }],
    ]),
  };
  const header: ElementShape = {
    children: new Map([
      [
        'STATUS',
        {
          children: none,
          text: (draft, text) => {
            draft.status = text;
          },
        },
      ],
    ]),
    open: (draft) => {
      draft.sawHeader = true;
    },
  };
  const children = new Map<string, ElementShape>([
    ['HEADER', header],
    ['BODY', body],
    ['LINEERROR', lineError],
  ]);
  if (receivers.openBill) {
    for (const [name, shape] of Object.entries(openBillShapes(receivers.openBill))) {
      children.set(name, name === 'BILLFIXED' ? { ...shape, open: withData(shape) } : shape);
    }
  }
  return { children };
}

/** The Bills Receivable report has neither HEADER nor BODY when it succeeds. */
const withData =
  (shape: ElementShape): ElementShape['open'] =>
  (draft, attributes) => {
    draft.sawData = true;
    shape.open?.(draft, attributes);
  };
