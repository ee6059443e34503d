// Puts the owners' reviews into the document, as Microdata: what a crawler without a browser never sees.
const main = document.getElementById("club");

const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const scope = (property, type) => ({ itemprop: property, itemscope: "", itemtype: `https://schema.org/${type}` });
const readable = (date) => date.slice(0, 16).replace("T", " · ");

const card = (review) => {
  const by = element("p", { class: "by" });
  if (review.rating !== null) {
    const stars = element("span", {
      ...scope("reviewRating", "Rating"),
      class: "stars",
      "aria-label": `${review.rating} / 5`,
    });
    stars.append("★".repeat(review.rating) + "☆".repeat(5 - review.rating));
    for (const [name, value] of [
      ["ratingValue", review.rating],
      ["bestRating", 5],
      ["worstRating", 1],
    ]) {
      stars.append(element("meta", { itemprop: name, content: String(value) }));
    }
    by.append(stars, " ");
  }
  by.append(
    element("span", scope("author", "Person"), element("b", { itemprop: "name" }, review.author)),
    " ",
    element(
      "a",
      { href: review.path, itemprop: "url" },
      element("time", { itemprop: "datePublished", datetime: review.date }, readable(review.date)),
    ),
  );
  if (review.edited !== null) {
    by.append(
      " ",
      element(
        "small",
        {},
        "edited · изменено ",
        element("time", { itemprop: "dateModified", datetime: review.edited }, readable(review.edited)),
      ),
    );
  }
  const article = element(
    "article",
    { ...scope("review", "Review"), itemid: review.id, class: "card", lang: review.language },
    element("meta", { itemprop: "inLanguage", content: review.language }),
    by,
    element("div", { class: "text", itemprop: "reviewBody" }, review.text),
  );
  if (review.reply !== null) {
    article.append(
      element(
        "blockquote",
        scope("comment", "Comment"),
        element(
          "small",
          {},
          element(
            "span",
            scope("author", "Organization"),
            element("b", { itemprop: "name" }, "The company · Компания"),
          ),
          " ",
          element("time", { itemprop: "dateCreated", datetime: review.reply.date }, readable(review.reply.date)),
        ),
        element("div", { itemprop: "text" }, review.reply.text),
      ),
    );
  }
  return article;
};

const metas = (properties) =>
  Object.entries(properties).map(([name, value]) => element("meta", { itemprop: name, content: String(value) }));

const response = await fetch(main.dataset.source);
const { total, reviews } = await response.json();
const about = { itemscope: "", itemtype: "https://schema.org/Organization", itemid: main.dataset.about };
for (const [name, value] of Object.entries(about)) main.setAttribute(name, value);
main.append(...metas({ name: main.dataset.name }));
if (total !== null) {
  const counted = { ratingValue: total.mean, bestRating: 5, ratingCount: total.ratings, reviewCount: total.reviews };
  main.append(element("div", scope("aggregateRating", "AggregateRating"), ...metas(counted)));
}
main.append(...reviews.map(card));
document.getElementById("wait").remove();
