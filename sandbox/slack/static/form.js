// What a person has filled in in one place (a modal, the Home tab, a message), as plain values by block and action.

export class Form {
  // `place` tells the sandbox where this is; `act` sends a click; `changed` hears of every change.
  constructor(place, state, send) {
    this.place = place;
    this.send = send;
    this.values = {};
    this.kinds = {};
    this.labels = {};
    for (const [block, actions] of Object.entries(state ?? {})) {
      for (const [action, value] of Object.entries(actions)) this.set(block, action, this.plain(value), value.type);
    }
  }

  plain(value) {
    const remember = (option) => {
      this.labels[option.value] = option.text.text;
      return option.value;
    };
    if ("selected_option" in value) return value.selected_option ? remember(value.selected_option) : null;
    if ("selected_options" in value) return (value.selected_options ?? []).map(remember);
    if ("files" in value) {
      return (value.files ?? []).map((file) => {
        this.labels[file.id] = file.name;
        return file.id;
      });
    }
    const key = Object.keys(value).find((name) => name !== "type");
    return value[key];
  }

  get(block, action) {
    return this.values[block]?.[action] ?? null;
  }

  set(block, action, value, kind = this.kinds[`${block} ${action}`]) {
    (this.values[block] ??= {})[action] = value;
    this.kinds[`${block} ${action}`] = kind;
  }

  // Takes over what was typed in an earlier rendering, where the field is still the same one.
  keepFrom(other) {
    for (const [block, actions] of Object.entries(other.values)) {
      for (const [action, value] of Object.entries(actions)) {
        const key = `${block} ${action}`;
        if (this.kinds[key] && this.kinds[key] === other.kinds[key]) this.values[block][action] = value;
      }
    }
    Object.assign(this.labels, other.labels);
  }
}
