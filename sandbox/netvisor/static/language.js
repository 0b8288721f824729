// The page's language. Every text stands where it is used, in English and in Finnish.

let language = localStorage.getItem("language") ?? "en";

export function currentLanguage() {
  return language;
}

export function setLanguage(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
}

export function say(english, finnish) {
  return language === "fi" ? finnish : english;
}

// A Netvisor name: in the page's language first, the other one beside it.
export function both(english, finnish) {
  return language === "fi" ? [finnish, english] : [english, finnish];
}

export const LEVELS = () => ({
  none: say("No right", "Ei oikeutta"),
  lines: say("Line data without posting data", "Rivitiedot ilman tiliöintitietoja"),
  suggestion: say("Posting suggestion only", "Vain tiliöintiehdotus"),
  may_post: say("May post, not by default", "Saa tiliöidä, ei oletuksena"),
  posts_by_default: say("May post, by default", "Saa tiliöidä, oletuksena"),
});

export const ROLES = () => ({
  accountant: say("Accountant", "Kirjanpitäjä"),
  user_administrator: say("User Administrator (KH)", "Käyttäjähallitsija (KH)"),
  firm_main_user: say("Accounting Firm's Main User (TPK)", "Tilitoimiston pääkäyttäjä (TPK)"),
});

export const STATUSES = () => ({
  open: say("Open", "Avoin"),
  infactualverification: say("In verification", "Asiatarkastuksessa"),
  approved: say("Verified", "Asiatarkastettu"),
  accepted: say("Approved", "Hyväksytty"),
  acceptorrejected: say("Rejected", "Hylätty"),
});
