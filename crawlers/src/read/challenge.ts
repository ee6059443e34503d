/** Titles of the gates that stand before sites; a page of reviews does not bear one. English and Russian. */
const TITLES: readonly RegExp[] = [
  /^just a moment/i,
  /^attention required/i,
  /^(?:please )?verify(?:ing)? (?:you are|that you're) (?:a )?human/i,
  /^are you (?:a )?(?:human|robot)/i,
  /^(?:access|request) (?:denied|blocked)/i,
  /^(?:security check|robot check|bot verification|captcha|ddos-guard)/i,
  /^one moment, please/i,
  /(?:^|[-–|] )вы (?:не )?робот/i,
  /^похоже, нет соединения/i,
  /^ой!?$/i,
  /^почти готово/i,
  /^доступ (?:ограничен|запрещ[её]н|заблокирован)/i,
  /^(?:проверка|подтвердите)[^.]{0,40}(?:робот|человек|браузер)/i,
  /^antibot/i,
];

/** Only a gate says these. */
const GATE =
  /_cf_chl_opt|enable javascript (?:and cookies )?to continue|captcha-delivery\.com\/(?:c|i)\.js|"challenge_?id"|\/showcaptcha\?/i;

/** Parts of the gates' machinery. They also stand on honest pages (a form with a captcha), so only small pages are judged by them. */
const MACHINERY =
  /\/showcaptcha|smart-?captcha|captcha-delivery\.com|px-captcha|g-recaptcha|h-captcha|hcaptcha\.com|window\.awsWafCookie|__qrator|ddos-guard\/js-challenge|enable javascript (?:and cookies )?to continue|id="captcha|name="captcha|abt-challenge/i;

const SMALL_PAGE = 40_000;

/** What a robot check calls itself, when the page is one; null for any other page. Pure, no network. */
export const challengeIn = (html: string): string | null => {
  const head = html.slice(0, 65_536);
  const title = (/<title[^>]*>([^<]*)<\/title>/i.exec(head)?.[1] ?? "").replace(/\s+/g, " ").trim();
  if (TITLES.some((pattern) => pattern.test(title))) return title.slice(0, 80);
  if (GATE.test(head) && !/itemprop=|application\/ld\+json/i.test(head)) return title.slice(0, 80) || "robot check";
  if (html.length > SMALL_PAGE || /itemtype=|application\/ld\+json|typeof=|<(?:rss|feed)\b/i.test(html)) return null;
  return MACHINERY.test(head) ? title.slice(0, 80) || "captcha" : null;
};
