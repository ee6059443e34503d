/**
 * Patterns that say how by saying what: a crash is no praise of an app. Whole topics where every pattern is one. Texts that a model learned from hold
 * few of them; without this it finds "keeps crashing" neutral.
 */
const NEGATIVE_TOPICS: readonly string[] = ["hard-to-reach", "better-alternative"];

const NEGATIVE: ReadonlySet<string> = new Set([
  ..."=costly|expensive*|overpriced|waste of money|too much money|rip off|ripoff|=ripped off|ripped me off|surcharge|overcharg*|hidden charges|extra charge|cost an arm".split(
    "|",
  ),
  ..."arrived late|came late|arrived damaged|came damaged|never arrived|never came|not arrived|hasn't arrived|didn't arrive|lost in transit|lost my order".split(
    "|",
  ),
  ..."=rude|=rudely|=rudeness|impolite|poorly made|badly made|=broke|=broken|fell apart|falling apart|defect|defective|faulty|flimsy|stopped working|tasteless|=stale".split(
    "|",
  ),
  ..."crashes|crashing|keeps crashing|=bug|=bugs|buggy|glitch*|charged twice|double charged|card declined|long wait|long line|waited _ hour|waiting _ hour|waited an hour".split(
    "|",
  ),
  ..."=scam|=scams|scammed|scammer|=fraud|fraudulent|fraudsters|untrustworthy|=distrust|shady|dishonest|=liars|=liar|=lied|=lies|lying to|lawsuit|=sued|=suing|scandal|boycott|data leak|data breach|fake reviews|bad reviews|bad press|=cheated|=cheaters|deceived|deceptive|misleading|false advertising".split(
    "|",
  ),
  ..."=дорого|дороговат*|=дорогой|=дорогие|=дорогая|=дорогое|=дорогих|дорогущ*|=дороже|подорожа*|переплат*|переплач*|невыгодн*|наценк*|не стоит своих денег|за такие деньги|таких денег|навязан* услуг*".split(
    "|",
  ),
  ..."заказ не пришел|заказ так и не пришел|заказ не приехал|хамств*|=хамят|=хамит|=хамили|=хамло|=хамы|нахамил*|нагруби*|=грубят|=грубит|=грубо|=грубые|=грубый|=грубая|грубост*|невежлив*".split(
    "|",
  ),
  ..."некачеств*|=брак|=браком|бракован*|сломал*|ломает*|=сломан|=сломана|поломк*|дефект*|развали*|=порвался|=порвалась|=порвались|невкусн*|несвеж*|тухл*|просроченн* товар*|просроченн* продукт*|не ловит|плохо ловит".split(
    "|",
  ),
  ..."вылета*|глюч*|глюк*|=баг|=баги|=багов|=багами|зависа*|=виснет|=виснут|=лагает|=лаги|тормозит|не грузится|не открывается|ждал* час*|ждал* _ час*|ждал* _ минут*|долго ждать".split(
    "|",
  ),
  ..."мошенни*|обман*|=развод|=разводят|=развели|разводил*|развод* на деньги|лохотрон*|кидалов*|=кидалы|=кидают|жулик*|жульнич*|скандал*|=в суд|подал* в суд|роспотребнадзор*|утечк*|слив* данных|слили данные|накручен*|фейков* отзыв*|купленные отзывы|=врут|=врете|=соврали|вранье|=ложь|нечестн*|бойкот*|недобросовестн*".split(
    "|",
  ),
]);

const POSITIVE: ReadonlySet<string> = new Set([
  ..."inexpensive*|cheap|=cheaper|=cheapest|afford*|value for money|value for the money|good value|great value|worth the money|worth every penny|worth the price|bargain|discount|reasonably priced".split(
    "|",
  ),
  ..."arrived on time|arrived early|arrived quickly|arrived _ early|friendly team|helpful team|=polite|politely|courteous|well made|durable|sturdy|=tasty|delicious|trustworthy|=honest company|hospitality".split(
    "|",
  ),
  ..."дешев*|недорог*|скидк*|выгодн*|стоит своих денег|стоит каждого рубля|по карману|вежлив*|приветлив*|=вкусно|вкусн*|=свежая|=свежее|=свежий|свежие|честн*|вернули деньги|клиентоориентирован*".split(
    "|",
  ),
]);

/** Of a pattern of a topic: −1, 0 or 1. */
export const valenceOf = (topic: string, pattern: string): number =>
  NEGATIVE_TOPICS.includes(topic) || NEGATIVE.has(pattern) ? -1 : POSITIVE.has(pattern) ? 1 : 0;
