import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import type { RequestHandler } from 'express';

/** Every way in which a handler makes a whole answer. @param folder where `file.bin` is */
export function wholeAnswers(folder: string): Record<string, RequestHandler> {
  return {
    json: (_req, res) => void res.json({ a: [1, 'ü'] }),
    'send text': (_req, res) => void res.send('text ü'),
    'send bytes': (_req, res) => void res.send(Buffer.from([0, 255, 1])),
    end: (_req, res) => void res.end('ended ü'),
    'end in latin1': (_req, res) => void res.end('\u00fc', 'latin1'),
    'end in base64': (_req, res) => void res.end('AAECAw==', 'base64'),
    'end with a callback': (_req, res) => void res.end('x', () => {}),
    'writes and end': (_req, res) => {
      res.write('one ');
      res.write(Buffer.from('two '), () => res.end('three'));
    },
    'a buffer used again': (_req, res) => {
      const buffer = Buffer.from('first ');
      res.write(buffer, () => {
        buffer.write('second');
        res.end(buffer);
      });
    },
    sendFile: (_req, res) => res.sendFile('file.bin', { root: folder }),
    pipe: (_req, res) => void createReadStream(join(folder, 'file.bin')).pipe(res),
    pipeline: (_req, res) => void pipeline(Readable.from([Buffer.from('a'), Buffer.from('b')]), res, () => {}),
    redirect: (_req, res) => res.redirect(301, '/elsewhere'),
    'no content': (_req, res) => void res.status(204).end(),
    'not found': (_req, res) => void res.status(404).json({ error: 'none' }),
    'writeHead with an object': (_req, res) =>
      void res.writeHead(200, { 'X-A': '1', 'X-List': ['a', 'b'] }).end('head'),
    'writeHead with raw pairs': (_req, res) =>
      void res.writeHead(200, 'Fine', ['X-A', '1', 'X-List', 'a', 'X-List', 'b'] as never).end('head'),
    'appended and removed': (_req, res) => {
      res.setHeader('X-Gone', '1');
      res.removeHeader('X-Gone');
      res.appendHeader('X-List', 'a');
      res.appendHeader('X-List', 'b');
      res.end('x');
    },
    'flushed first': (_req, res) => {
      res.type('txt').flushHeaders();
      setImmediate(() => res.end('late'));
    },
    'early hints': (_req, res) => {
      res.writeEarlyHints({ link: '</a.css>; rel=preload' });
      res.end('hinted');
    },
  };
}
