// Talking to the sandbox: what a person sees, and what they do.

export async function loadState({ person, channel, thread }) {
  const query = new URLSearchParams({ person, channel, thread });
  const response = await fetch(`/page/state?${query}`);
  return response.json();
}

// Does something as a person. Refusals come back as { error }.
export async function act(name, body) {
  try {
    const response = await fetch(`/page/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { error: "The sandbox does not answer.", notice: "", errors: {}, options: [] };
  }
}

// Calls back after every change in the workspace, also after the connection was lost and found again.
export function watchChanges(changed) {
  const source = new EventSource("/page/events");
  source.onmessage = changed;
}
