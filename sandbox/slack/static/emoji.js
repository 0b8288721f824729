// The common :shortcodes:. An unknown one stays as it was written.

const EMOJI = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", white_check_mark: "✅", heavy_check_mark: "✔️",
  ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑",
  rotating_light: "🚨", information_source: "ℹ️", question: "❓", grey_question: "❔", exclamation: "❗", bulb: "💡",
  tada: "🎉", rocket: "🚀", sparkles: "✨", star: "⭐", star2: "🌟", fire: "🔥", zap: "⚡", boom: "💥", trophy: "🏆",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", calendar: "📅",
  date: "📅", spiral_calendar_pad: "🗓️", watch: "⌚", mag: "🔍", mag_right: "🔎", eyes: "👀", eye: "👁️", wave: "👋",
  pray: "🙏", clap: "👏", raised_hands: "🙌", point_right: "👉", point_left: "👈", point_up: "☝️", point_down: "👇",
  muscle: "💪", ok_hand: "👌", handshake: "🤝", writing_hand: "✍️", smile: "😄", slightly_smiling_face: "🙂",
  grinning: "😀", wink: "😉", thinking_face: "🤔", cry: "😢", sob: "😭", disappointed: "😞", sweat_smile: "😅",
  joy: "😂", heart: "❤️", robot_face: "🤖", lock: "🔒", unlock: "🔓", key: "🔑", closed_lock_with_key: "🔐",
  shield: "🛡️", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", speech_balloon: "💬", email: "✉️",
  envelope: "✉️", inbox_tray: "📥", outbox_tray: "📤", package: "📦", memo: "📝", pencil: "✏️", pencil2: "✏️",
  clipboard: "📋", page_facing_up: "📄", page_with_curl: "📃", bookmark_tabs: "📑", books: "📚", book: "📖",
  open_book: "📖", notebook: "📓", ledger: "📒", receipt: "🧾", file_folder: "📁", open_file_folder: "📂",
  card_index_dividers: "🗂️", bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉",
  money_with_wings: "💸", moneybag: "💰", euro: "💶", credit_card: "💳", bank: "🏦", office: "🏢", house: "🏠",
  factory: "🏭", department_store: "🏬", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", toolbox: "🧰",
  electric_plug: "🔌", link: "🔗", paperclip: "📎", pushpin: "📌", round_pushpin: "📍", triangular_flag_on_post: "🚩",
  checkered_flag: "🏁", recycle: "♻️", arrows_counterclockwise: "🔄", repeat: "🔁", arrow_right: "➡️", arrow_left: "⬅️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_forward: "▶️", double_vertical_bar: "⏸️", pause_button: "⏸️",
  black_square_for_stop: "⏹️", new: "🆕", ok: "🆗", sos: "🆘", one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣",
  five: "5️⃣", six: "6️⃣", seven: "7️⃣", eight: "8️⃣", nine: "9️⃣", red_circle: "🔴", large_orange_circle: "🟠",
  large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫",
  large_green_square: "🟩", large_red_square: "🟥", large_yellow_square: "🟨", white_large_square: "⬜",
  construction: "🚧", mailbox: "📫", wastebasket: "🗑️", test_tube: "🧪", brain: "🧠", mortar_board: "🎓", seedling: "🌱",
  coffee: "☕", sunny: "☀️", cloud: "☁️", umbrella: "☔", snowflake: "❄️", flag_fi: "🇫🇮", "flag-fi": "🇫🇮", "flag-se": "🇸🇪",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", technologist: "🧑‍💻", hourglass_done: "⌛", heavy_plus_sign: "➕",
  heavy_minus_sign: "➖", small_blue_diamond: "🔹", small_orange_diamond: "🔸", label: "🏷️", ticket: "🎫", crystal_ball: "🔮",
};

export const emoji = (name) => EMOJI[name];

export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}
