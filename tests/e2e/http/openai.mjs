// usage: node openai.mjs DIR URL TOKEN
// Asks the endpoint at URL with OpenAI's client library, installed in DIR; prints "ok WHAT" or "not ok WHAT" lines.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, url, token] = process.argv.slice(2);
const { OpenAI } = createRequire(join(folder, 'package.json'))('openai');
const answer = 'total = price * count';
const question = { model: 'fimd', prompt: 'def cost(price, count):\n    ', suffix: '\n    return total\n', max_tokens: 64, temperature: 0.1 };

async function check(what, act) {
  try {
    const problem = await act();
    console.log(problem ? `not ok ${what}: ${problem}` : `ok ${what}`);
  } catch (error) {
    console.log(`not ok ${what}: ${error}`);
  }
}
const differs = (got, wanted) => (got === wanted ? '' : `${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
await check("OpenAI's client gets a completion", async () => {
  const got = await client.completions.create(question);
  return differs(got.choices[0].text, answer) || differs(got.usage.total_tokens, got.usage.prompt_tokens + got.usage.completion_tokens);
});
await check("OpenAI's client reads a stream", async () => {
  let text = '';
  let reason;
  for await (const part of await client.completions.create({ ...question, stream: true })) {
    text += part.choices[0].text;
    reason = part.choices[0].finish_reason;
  }
  return differs(text, answer) || differs(reason, 'stop');
});
await check("OpenAI's client lists the model", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  return differs(names.join(), 'fimd');
});
await check("OpenAI's client understands a refusal", async () => {
  const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
  const error = await stranger.completions.create(question).then(() => null, (e) => e);
  return differs(error?.status, 401) || (/token/.test(error.message) ? '' : error.message);
});
await check("OpenAI's client understands an error", async () => {
  const error = await client.completions.create({ ...question, n: 3 }).then(() => null, (e) => e);
  return differs(error?.status, 400) || (/one choice/.test(error.message) ? '' : error.message);
});
