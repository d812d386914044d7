// Questions to the server.

/** The server's reason for having no answer. */
export class Refusal extends Error {}

/** The response to a question with parameters. */
export async function ask(path, parameters) {
  const response = await fetch(`${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) {
    throw new Refusal(await response.text());
  }
  return response;
}
