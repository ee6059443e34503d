import type { Frame } from "./stock.ts";

export const frameEn: Frame = {
  openers: {
    positive: ["Very pleased.", "I did not expect much, and was wrong.", "Honestly impressed.", "Long-time customer here.", "My neighbour recommended it.", "Finally something that simply works.", "Just want to say thanks."],
    neutral: ["A few facts for those who are choosing.", "Short notes after a month.", "First impression.", "Nothing to praise or to blame so far.", "For the record.", "A question to those who know."],
    negative: ["I have had enough.", "Do not make my mistake.", "It used to be better.", "Really disappointed.", "I am writing this so that others know.", "Never again.", "Where do I even start."],
  },
  closers: {
    positive: ["Recommended!", "Keep it up.", "Staying with them.", "Ten out of ten.", "Thank you to the whole team.", "No complaints at all.", "Would choose it again."],
    neutral: ["That is all.", "Will add more later.", "Decide for yourselves.", "We will see.", "Thanks in advance for an answer.", "Make of it what you will."],
    negative: ["Avoid.", "I want my money back.", "Shame on you.", "Looking for an alternative.", "Would give zero stars if I could.", "Enough is enough.", "Very upset."],
  },
  titles: {
    positive: ["Happy with it", "Better than expected", "Well done", "All good", "Recommend", "A pleasure to use"],
    neutral: ["A question", "After a month", "Notes", "So-so", "Some facts", "As expected"],
    negative: ["Disappointed", "Stay away", "Not again", "How is this possible", "Lost money and nerves", "Going downhill"],
  },
  emoji: { positive: ["😍", "👍", "🔥", "❤️", "😊", "🙌"], neutral: ["🤔", "📦", "🤷", "📎"], negative: ["😡", "👎", "🤬", "😤", "💔", "🤦"] },
  turns: ["On the other hand: ", "But not everything is rosy. ", "That said... ", "And now the bad part. ", "However. "],
  updates: {
    positive: ["UPD: still happy, nothing to add.", "UPD: they wrote to me and sorted everything out, thank you!", "Edit: a month later, still the best choice I made."],
    neutral: ["UPD: fixed a typo.", "Edit: added the date.", "UPD: the answer is in the help section, by the way."],
    negative: ["UPD: a week later nothing has changed.", "Edit: they closed my ticket without an answer. Pathetic.", "UPD: and it happened again today."],
  },
  replies: {
    positive: ["Thank you for the kind words, they made our day!", "We are glad you like it. See you again!"],
    neutral: ["Thank you for your feedback. Write to us in the chat and we will help with details.", "Thank you! You will find the answer in the app under Help."],
    negative: ["We are sorry. Please send us your number in the chat, we will look into it today.", "This is not how it should work. We have passed it on and will come back to you.", "Please accept our apologies. Our team is already checking what happened."],
  },
  blogTitles: {
    positive: ["Half a year with {b}: why I am staying", "What {b} does right", "I was sceptical about {b}. I was wrong", "A small thank-you note to {b}"],
    neutral: ["{b}: a few notes", "Comparing {b} with two others", "How {b} works, step by step", "Questions I had about {b}"],
    negative: ["Why I am leaving {b}", "{b}, we need to talk", "My week with {b} went wrong", "A complaint about {b} that nobody answers"],
  },
  shoutouts: ["{b}:", "So, {b}.", "About {b}.", "Tried {b}.", "Story about {b}:", "@all who use {b}:", "#{h}", "Today's {b} moment:"],
  authors: ["Amelia R.", "Tom Hadley", "j_whitlock", "Priya N.", "Oskar B.", "Lena Marsh", "dario77", "Nora K.", "Ben T.", "Grace O.", "Hugo P.", "sunnyside_up", "Marta V.", "Colin F.", "Irene D.", "Sam Weller Jr.", "quietfox", "Ada M."],
  slots: {
    days: ["two days", "three days", "four days", "a week", "ten days", "two weeks"],
    minutes: ["ten minutes", "a quarter of an hour", "twenty minutes", "half an hour", "forty minutes", "an hour"],
    sum: ["€12", "€19.90", "€35", "€48", "€60", "€75.50", "€120", "€250"],
    city: ["Riverton", "Northgate", "Old Harbour", "Millbrook", "Eastfield", "Castle Hill"],
    version: ["5.4", "5.5", "5.8", "7.1", "7.2"],
    product: ["Ostrimo Leaf", "Ostrimo Leaf 2", "Ostrimo Stone", "Ostrimo Stone Mini"],
  },
};
