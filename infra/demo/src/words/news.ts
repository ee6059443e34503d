import type { Language, NewsPiece, NewsStock } from "./stock.ts";

type Trade = "bank" | "delivery" | "phones";

export const NEWS: Readonly<Record<Trade, Readonly<Record<Language, NewsStock>>>> = {
  bank: {
    en: {
      positive: [
        {
          title: "{b} named the friendliest bank of {city} by its customers",
          text: "Readers of the city paper praised its short queues and clear tariffs. It is the second win in a row.",
        },
        {
          title: "{b} scraps fees for small transfers",
          text: "Consumer groups welcomed the step and called it a win for families.",
        },
        {
          title: "Record customer satisfaction at {b}",
          text: "Nine out of ten clients would recommend it to a friend, the best result in the bank's history.",
        },
      ],
      neutral: [
        {
          title: "{b} publishes its quarterly figures",
          text: "The report is available on the website. The next one is due in three months.",
        },
        {
          title: "{b} moves its branch in {city}",
          text: "From Monday the branch works at the new address. Opening hours stay the same.",
        },
        {
          title: "{b} changes the rate of its one-year deposit",
          text: "The new rate applies to contracts signed from the first of the month.",
        },
        {
          title: "New head of retail at {b}",
          text: "The board appointed her on Tuesday. She has worked in the industry for twelve years.",
        },
      ],
      negative: [
        {
          title: "Customers of {b} complain about long waiting times",
          text: "Calls to the hotline take up to an hour, angry clients report.",
        },
        {
          title: "{b} fined over misleading advertising",
          text: "The regulator found that fees were hidden in small print.",
        },
        {
          title: "Outage at {b} leaves cards useless for hours",
          text: "Shoppers in {city} could not pay on Saturday. The bank blamed a supplier.",
        },
      ],
    },
    ru: {
      positive: [
        {
          title: "{b} назван самым приветливым банком города {city}",
          text: "Читатели хвалят короткие очереди и понятные тарифы. Это вторая победа подряд.",
        },
        {
          title: "{b} отменяет комиссию за небольшие переводы",
          text: "Общества потребителей приветствовали решение и назвали его подарком семьям.",
        },
        {
          title: "Рекордная удовлетворённость клиентов {bg}",
          text: "Девять из десяти готовы рекомендовать банк друзьям, это лучший результат за всю его историю.",
        },
      ],
      neutral: [
        {
          title: "{b} опубликовал отчёт за квартал",
          text: "Отчёт размещён на сайте. Следующий выйдет через три месяца.",
        },
        {
          title: "Отделение {bg} в городе {city} переезжает",
          text: "С понедельника оно работает по новому адресу. Часы работы прежние.",
        },
        {
          title: "{b} меняет ставку по годовому вкладу",
          text: "Новая ставка действует для договоров, заключённых с первого числа.",
        },
        {
          title: "В {bp} новый руководитель розницы",
          text: "Назначение состоялось во вторник. В отрасли она работает двенадцать лет.",
        },
      ],
      negative: [
        {
          title: "Клиенты {bg} жалуются на долгое ожидание",
          text: "Дозвониться на горячую линию удаётся через час, возмущаются люди.",
        },
        {
          title: "{b} оштрафован за рекламу, вводящую в заблуждение",
          text: "Регулятор установил, что комиссии прятали в мелком шрифте.",
        },
        {
          title: "Сбой в {bp}: карты не работали несколько часов",
          text: "В субботу жители города {city} не могли расплатиться. Банк винит подрядчика.",
        },
      ],
    },
  },
  delivery: {
    en: {
      positive: [
        {
          title: "{b} delivers free groceries to pensioners",
          text: "Volunteers thanked the couriers for their kindness.",
        },
        {
          title: "{b} wins the award for the best customer service",
          text: "The jury praised fast refunds and polite couriers.",
        },
        {
          title: "{b} couriers get warm jackets and a raise",
          text: "The union called it a good example for the whole industry.",
        },
      ],
      neutral: [
        {
          title: "{b} opens a warehouse near {city}",
          text: "It covers eight thousand square metres and starts work in autumn.",
        },
        { title: "{b} changes its delivery zones", text: "The new map is published in the app." },
        { title: "{b} tests lockers in {city}", text: "Twelve lockers were installed for a trial of three months." },
      ],
      negative: [
        {
          title: "Spoiled food: inspectors visit {b} warehouse",
          text: "Customers had complained about rotten vegetables. The company faces a fine.",
        },
        {
          title: "Couriers of {b} strike over unpaid hours",
          text: "Orders in {city} were late or cancelled, clients are furious.",
        },
        { title: "{b} raises fees again, customers are angry", text: "It is the third rise this year." },
      ],
    },
    ru: {
      positive: [
        { title: "{b} бесплатно возит продукты пенсионерам", text: "Волонтёры благодарят курьеров за доброту." },
        { title: "{b} получил премию за лучший сервис", text: "Жюри отметило быстрые возвраты и вежливых курьеров." },
        {
          title: "Курьерам {bg} выдали тёплые куртки и подняли оплату",
          text: "Профсоюз назвал это хорошим примером для всей отрасли.",
        },
      ],
      neutral: [
        {
          title: "{b} открывает склад рядом с городом {city}",
          text: "Площадь — восемь тысяч квадратных метров, запуск осенью.",
        },
        { title: "{b} меняет зоны доставки", text: "Новая карта опубликована в приложении." },
        { title: "{b} испытывает постаматы в городе {city}", text: "Двенадцать постаматов установили на три месяца." },
      ],
      negative: [
        {
          title: "Испорченные продукты: на складе {bg} проверка",
          text: "Покупатели жаловались на гнилые овощи. Компании грозит штраф.",
        },
        {
          title: "Курьеры {bg} бастуют из-за невыплаченных часов",
          text: "Заказы в городе {city} опаздывали или отменялись, клиенты в ярости.",
        },
        { title: "{b} снова поднял сборы, покупатели возмущены", text: "Это третье повышение за год." },
      ],
    },
  },
  phones: {
    en: {
      positive: [
        {
          title: "Review: the camera of the new {b} is a triumph",
          text: "Excellent pictures at night and a superb screen make it our favourite of the season.",
        },
        {
          title: "{b} promises five years of updates",
          text: "Owners are delighted, experts call it a gift to customers.",
        },
        { title: "{b} tops the repairability ranking", text: "Great marks for a battery that anyone can replace." },
      ],
      neutral: [
        { title: "{b} announces an event for next month", text: "Invitations show a leaf. Nothing else is known." },
        { title: "{b} releases update 7.2", text: "The update is rolled out in stages and weighs two gigabytes." },
        { title: "{b} opens a service point in {city}", text: "It works on weekdays from nine to six." },
        {
          title: "Specifications of the next {b} phone appear in a catalogue",
          text: "Three lenses, 256 GB, a flat screen.",
        },
      ],
      negative: [
        {
          title: "Owners report overheating of the latest {b}",
          text: "The phone gets dangerously hot while charging, complaints pile up.",
        },
        { title: "{b} recalls chargers over a fault", text: "Several devices failed. Customers are worried." },
        {
          title: "Review: the cheap {b} disappoints",
          text: "Slow, dim and with a weak battery: we cannot recommend it.",
        },
      ],
    },
    ru: {
      positive: [
        {
          title: "Обзор: камера нового {bg} — триумф",
          text: "Отличные ночные снимки и великолепный экран делают его нашим любимцем сезона.",
        },
        {
          title: "{b} обещает пять лет обновлений",
          text: "Владельцы в восторге, эксперты называют это подарком покупателям.",
        },
        {
          title: "{b} возглавил рейтинг ремонтопригодности",
          text: "Высшие оценки — за батарею, которую легко заменить самому.",
        },
      ],
      neutral: [
        {
          title: "{b} проведёт мероприятие в следующем месяце",
          text: "На приглашении изображён лист. Больше ничего не известно.",
        },
        { title: "{b} выпустил обновление 7.2", text: "Обновление распространяется поэтапно и весит два гигабайта." },
        { title: "{b} открывает пункт обслуживания в городе {city}", text: "Он работает по будням с девяти до шести." },
        {
          title: "Характеристики будущего телефона {bg} попали в каталог",
          text: "Три объектива, 256 ГБ, плоский экран.",
        },
      ],
      negative: [
        {
          title: "Владельцы жалуются на перегрев нового {bg}",
          text: "Телефон опасно нагревается при зарядке, жалоб всё больше.",
        },
        {
          title: "{b} отзывает зарядки из-за дефекта",
          text: "Несколько устройств вышли из строя. Покупатели обеспокоены.",
        },
        {
          title: "Обзор: дешёвый {b} разочаровывает",
          text: "Медленный, тусклый, со слабой батареей: советовать не можем.",
        },
      ],
    },
  },
};

/** The bad week in the papers. */
export const TROUBLE_NEWS: Readonly<Record<Language, readonly NewsPiece[]>> = {
  en: [
    {
      title: "{b} app update locks customers out",
      text: "Version 6.0 crashes at the start, thousands cannot reach their money. The hotline is overloaded.",
    },
    {
      title: "Double charges at {b}: customers demand refunds",
      text: "Payments were taken twice. The bank speaks of a technical fault, clients of a scandal.",
    },
    {
      title: "Regulator questions {b} about failed payments",
      text: "The authority is alarmed by the number of complaints.",
    },
  ],
  ru: [
    {
      title: "Обновление приложения {bg} оставило клиентов без доступа",
      text: "Версия 6.0 падает при запуске, тысячи людей не могут добраться до своих денег. Горячая линия перегружена.",
    },
    {
      title: "Двойные списания в {bp}: клиенты требуют возврата",
      text: "Платежи прошли дважды. В банке говорят о сбое, клиенты — о скандале.",
    },
    { title: "Регулятор запросил у {bg} объяснения о сбое платежей", text: "Ведомство обеспокоено числом жалоб." },
  ],
};

/** News that speaks of two brands at once: two mentions of one text. `{b}` and `{o}` are the two. */
export const JOINT_NEWS: Readonly<Record<Language, readonly NewsPiece[]>> = {
  en: [
    {
      title: "{b} and {o} start a joint loyalty programme",
      text: "Points can be collected in both apps from next week.",
    },
    {
      title: "Survey of local companies: {b} and {o} among the largest employers",
      text: "The list is published once a year.",
    },
  ],
  ru: [
    {
      title: "{b} и {o} запускают общую программу лояльности",
      text: "Баллы можно копить в обоих приложениях со следующей недели.",
    },
    { title: "Опрос: {b} и {o} среди крупнейших работодателей", text: "Список публикуют раз в год." },
  ],
};

/** News about none of the brands: what the queries must leave out. */
export const OTHER_NEWS: Readonly<Record<Language, readonly NewsPiece[]>> = {
  en: [
    { title: "Tram line in {city} closed for repairs", text: "Buses run instead until Friday." },
    { title: "Apple harvest is early this year", text: "Farmers expect a good autumn." },
    { title: "Library of {city} extends its hours", text: "It now closes at ten in the evening." },
  ],
  ru: [
    { title: "В городе {city} закрыли трамвайную линию на ремонт", text: "До пятницы вместо трамваев ходят автобусы." },
    { title: "Яблоки в этом году созрели рано", text: "Садоводы ждут хорошую осень." },
    { title: "Библиотека города {city} работает дольше", text: "Теперь она закрывается в десять вечера." },
  ],
};
