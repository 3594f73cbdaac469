"""Texts for the benchmark of `linkbak pitches`, all invented: templates of pitches, and frames of personal messages.

In a template ``{name}`` is whom it is sent to, ``{company}`` where they work, ``{n}`` a number.
"""

from __future__ import annotations

TEMPLATES: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi {name}, I came across your profile and was impressed by your work at {company}. We help companies like "
        "yours generate {n} qualified leads every month without cold calling. Would you be open to a quick chat next "
        "week to see whether this could work for your team as well?",
        "Hello {name}, hope this finds you well! I noticed that {company} is growing quickly. Our developers in Lisbon "
        "build mobile apps at half the usual price, and we have delivered {n} projects so far. Shall I send you a few "
        "examples of what we made for firms in your industry?",
        "Dear {name}, I am reaching out because senior people at {company} are often surprised how much tax they "
        "overpay. Our free review takes fifteen minutes and saves clients {n} dollars on average. When is a good time "
        "to call you, morning or afternoon?",
        "{name}, quick question: who looks after recruiting at {company}? We keep a bench of vetted engineers who can "
        "start within {n} days, and you pay nothing until the trial month is over. Happy to share three anonymous "
        "resumes so you can judge the quality yourself.",
        "Hey {name}! Your posts about leadership really spoke to me. I run a mastermind for founders who want to scale "
        "past {n} million while working fewer hours, and two seats have just opened up. If that sounds interesting, "
        "reply with the word YES and I will get you the details.",
        "Good day {name}, we are a publisher of industry reports and would love to feature {company} in our upcoming "
        "edition of the top {n} innovators. There is only a small sponsorship fee involved, which covers design and "
        "print. May I email you the brochure and the editorial calendar?",
        "Hi {name}, have you ever thought about investing in vacation property abroad? Our resort on the coast pays "
        "owners {n} percent rental yield, guaranteed by contract, and you may stay there four weeks a year. I would be "
        "delighted to reserve a private tour for you and your family.",
        "Hello {name}, most people in your role tell me that their website loses visitors because it loads too slowly. "
        "I recorded a short video audit of the {company} home page and found {n} things that can be fixed within days. "
        "Can I send you the link, no strings attached?",
    ),
    "de": (
        "Hallo {name}, ich bin auf Ihr Profil gestoßen und finde Ihren Werdegang bei {company} sehr spannend. Wir "
        "unterstützen Unternehmen dabei, monatlich {n} neue Kundenanfragen zu gewinnen, ganz ohne Kaltakquise. Hätten "
        "Sie nächste Woche fünfzehn Minuten für ein unverbindliches Gespräch?",
        "Guten Tag {name}, viele Geschäftsführer in Ihrer Branche klagen über steigende Energiekosten. Mit unserer "
        "Solaranlage auf Pachtbasis sparen Betriebe im Schnitt {n} Prozent, und zwar ohne eigene Investition. Darf ich "
        "Ihnen eine kostenlose Berechnung für {company} erstellen lassen?",
        "Liebe Grüße {name}, als Coach begleite ich Führungskräfte, die abends endlich wieder abschalten möchten. In "
        "meinem Programm lernen Sie in {n} Wochen, wie Sie Aufgaben abgeben und trotzdem die Übersicht behalten. Wenn "
        "Sie neugierig sind, schicke ich Ihnen gern mein Arbeitsbuch.",
    ),
    "fr": (
        "Bonjour {name}, je découvre votre profil et votre parcours chez {company} m'a beaucoup impressionné. Nous "
        "aidons les entreprises à obtenir {n} rendez-vous qualifiés par mois grâce à une méthode éprouvée. Seriez-vous "
        "disponible la semaine prochaine pour un court échange téléphonique ?",
        "Bonjour {name}, saviez-vous que la plupart des salariés peuvent se former gratuitement avec leurs droits "
        "acquis ? Notre école propose {n} parcours d'anglais en ligne, encadrés par des professeurs natifs. Dites-moi "
        "simplement quel niveau vous visez et je prépare votre dossier.",
        "Cher {name}, je recherche pour un client discret des actionnaires souhaitant céder leur société dans votre "
        "secteur. Les valorisations atteignent actuellement {n} fois le résultat, ce qui ne durera pas. Accepteriez-vous "
        "d'en parler en toute confidentialité autour d'un café ?",
    ),
    "es": (
        "Hola {name}, he visto tu perfil y me ha parecido muy interesante tu trayectoria en {company}. Ayudamos a "
        "empresas como la tuya a conseguir {n} clientes nuevos cada mes sin gastar en publicidad. ¿Te vendría bien una "
        "breve llamada la próxima semana para contarte cómo lo hacemos?",
        "Estimado {name}, le escribo porque estamos seleccionando profesionales para un máster con becas de hasta {n} "
        "por ciento. El programa es totalmente en línea y el título está reconocido en toda Europa. Si desea más "
        "información, envíeme su número y un asesor le llamará hoy mismo.",
        "Buenas tardes {name}, ¿sigue su equipo perdiendo horas con hojas de cálculo y facturas en papel? Nuestro "
        "programa de gestión ordena la contabilidad en {n} días y se conecta con su banco. Le ofrezco una demostración "
        "gratuita y sin compromiso para {company}.",
    ),
    "pt": (
        "Olá {name}, encontrei o seu perfil e achei muito interessante o trabalho que faz na {company}. Ajudamos "
        "empresas a conquistar {n} novos clientes por mês com uma estratégia simples de conteúdo. Você teria quinze "
        "minutos na próxima semana para uma conversa rápida?",
        "Bom dia {name}, a nossa fábrica produz uniformes personalizados e brindes corporativos com entrega em {n} dias. "
        "Temos preços especiais para pedidos feitos até o fim do mês e enviamos amostras sem custo. Posso mandar o "
        "catálogo para o seu e-mail?",
        "Prezado {name}, você sabia que consultórios e escritórios pagam impostos a mais todos os anos? A nossa equipe "
        "recupera em média {n} mil reais em créditos já vencidos, e só cobra se houver resultado. Quando podemos "
        "analisar os documentos da {company}?",
    ),
    "it": (
        "Ciao {name}, ho visto il tuo profilo e mi ha colpito il percorso che hai fatto in {company}. Aiutiamo le "
        "aziende a trovare {n} nuovi contatti commerciali ogni mese senza telefonate a freddo. Ti andrebbe una breve "
        "chiamata la prossima settimana per capire se può esserti utile?",
        "Gentile {name}, la nostra cantina seleziona vini biologici per regali aziendali e cene con i clienti. Spediamo "
        "in tutta Italia entro {n} giorni e personalizziamo l'etichetta con il vostro marchio. Se mi lascia un "
        "indirizzo le faccio avere una cassetta di prova.",
        "Buongiorno {name}, cerco professionisti ambiziosi che vogliano costruire una seconda entrata lavorando da casa. "
        "Bastano {n} ore alla settimana e non serve alcuna esperienza nelle vendite. Mi scriva un sì e le mando il "
        "video della presentazione.",
    ),
    "nl": (
        "Hoi {name}, ik kwam je profiel tegen en was onder de indruk van je werk bij {company}. Wij helpen bedrijven "
        "elke maand aan {n} nieuwe afspraken zonder dat ze zelf hoeven te bellen. Heb je volgende week een kwartiertje "
        "om te kijken of dit ook voor jou interessant is?",
        "Beste {name}, veel ondernemers weten niet dat ze subsidie kunnen krijgen voor de opleiding van hun personeel. "
        "Ons kantoor regelt de hele aanvraag en rekent pas af als er {n} procent is toegekend. Zal ik vrijblijvend "
        "nagaan waar {company} recht op heeft?",
        "Goedemiddag {name}, binnenkort openen wij een vergaderlocatie aan het water met {n} zalen en een eigen kok. "
        "Relaties die nu reserveren krijgen de eerste bijeenkomst van ons cadeau. Mag ik je een rondleiding met lunch "
        "aanbieden?",
    ),
    "pl": (
        "Cześć {name}, trafiłem na Twój profil i bardzo zainteresowała mnie Twoja praca w {company}. Pomagamy firmom "
        "zdobywać {n} nowych klientów miesięcznie bez wydatków na reklamę. Czy znajdziesz kwadrans w przyszłym "
        "tygodniu na krótką rozmowę o tym, jak to działa?",
        "Dzień dobry {name}, nasza drukarnia przygotowuje kalendarze i katalogi w ciągu {n} dni roboczych. Do końca "
        "miesiąca dostawa na terenie całego kraju jest bezpłatna, a projekt graficzny wykonamy gratis. Proszę o "
        "wiadomość, jeśli mam przesłać cennik.",
        "Szanowny Panie {name}, reprezentuję fundusz, który kupuje udziały w spółkach rodzinnych z Pana branży. "
        "Właściciele otrzymują zwykle {n} procent ceny od razu i nadal kierują firmą. Chętnie opowiem o szczegółach "
        "podczas poufnego spotkania w Warszawie.",
    ),
    "sv": (
        "Hej {name}, jag hittade din profil och blev imponerad av det du gör på {company}. Vi hjälper företag att få "
        "{n} nya kundmöten varje månad utan att någon behöver ringa kalla samtal. Har du en kvart över nästa vecka så "
        "berättar jag hur det går till?",
        "Hej {name}, många chefer märker att sjukfrånvaron ökar när hösten kommer. Vår friskvårdstjänst har minskat den "
        "med {n} procent hos kommuner och byggbolag, och ni betalar bara för dem som är med. Får jag boka in en "
        "visning för er personalavdelning?",
    ),
    "tr": (
        "Merhaba {name}, profilinizi gördüm ve {company} bünyesindeki çalışmalarınızdan çok etkilendim. Şirketlerin her "
        "ay {n} yeni müşteriye reklam harcamadan ulaşmasına yardımcı oluyoruz. Gelecek hafta kısa bir görüşme için "
        "uygun olduğunuz bir zaman var mı acaba?",
        "Sayın {name}, fabrikamız otel ve restoranlar için tekstil ürünleri üretmekte ve {n} ülkeye ihracat "
        "yapmaktadır. Numune gönderimi ücretsizdir, toplu siparişlerde ödeme vadesi tanıyoruz. Fiyat listemizi "
        "iletmemi isterseniz lütfen e-posta adresinizi yazın.",
    ),
    "ru": (
        "Здравствуйте, {name}! Увидел ваш профиль, и меня очень заинтересовала ваша работа в компании {company}. Мы "
        "помогаем фирмам получать {n} новых заявок каждый месяц без холодных звонков. Найдётся ли у вас пятнадцать минут "
        "на следующей неделе для короткого разговора?",
        "Добрый день, {name}! Приглашаем вас выступить на нашей закрытой конференции, где соберутся {n} руководителей "
        "из разных отраслей. Участие для спикеров бесплатное, оплатить нужно только съёмку и публикацию интервью. "
        "Прислать вам программу и условия?",
        "Уважаемый {name}, наш завод ищет партнёров по продаже деревянных домов, которые собираются за {n} недель. Мы "
        "даём готовые чертежи, обучаем бригаду и делимся прибылью с каждого заказа. Если тема вам близка, напишите, и я "
        "отправлю расчёт.",
    ),
    "id": (
        "Halo {name}, saya menemukan profil Anda dan sangat tertarik dengan pekerjaan Anda di {company}. Kami membantu "
        "perusahaan mendapatkan {n} pelanggan baru setiap bulan tanpa biaya iklan yang mahal. Apakah Anda punya waktu "
        "minggu depan untuk berbincang sebentar lewat telepon?",
        "Selamat pagi {name}, kami menyediakan jasa pembuatan toko daring lengkap dengan kasir dan laporan stok. "
        "Pengerjaan hanya {n} hari dan garansi perbaikan berlaku selama setahun penuh. Boleh saya kirimkan contoh toko "
        "yang sudah berjalan?",
    ),
    "zh": (
        "{name}您好，我看到了您的资料，对您在{company}的工作经历印象非常深刻。我们专门帮助企业每个月获得{n}个精准客户，"
        "不需要打任何陌生电话。请问您下周是否方便安排十五分钟，让我为您介绍一下具体的合作方式？",
        "尊敬的{name}，我们是一家专业的海外房产投资公司，目前在海边有{n}套公寓正在预售。项目由开发商保证租金回报，"
        "购房者还可以申请长期居留签证。如果您有兴趣了解详情，请留下联系方式，我会把资料发给您。",
    ),
    "ja": (
        "{name}様、はじめまして。プロフィールを拝見し、{company}でのご経歴に大変興味を持ちました。弊社では毎月{n}件の新規商談を、"
        "電話営業なしで獲得するお手伝いをしております。来週、十五分ほどお時間をいただくことは可能でしょうか。",
        "{name}様、突然のご連絡失礼いたします。弊社は経営者の方を対象に、非公開の求人を{n}件以上ご紹介している人材会社です。"
        "今すぐの転職をお考えでなくても構いませんので、まずは情報交換の場を設けさせていただけませんか。",
    ),
    "ko": (
        "안녕하세요 {name}님, 프로필을 보고 {company}에서 하시는 일에 깊은 인상을 받았습니다. 저희는 기업이 매달 {n}명의 새로운 "
        "고객을 광고비 없이 만날 수 있도록 돕고 있습니다. 다음 주에 잠깐 통화하실 수 있는 시간이 있으시면 자세한 방법을 알려 "
        "드리고 싶습니다.",
        "{name}님 반갑습니다. 저희 교육원은 직장인을 위한 데이터 분석 과정을 온라인으로 운영하며 지금까지 {n}명이 수료했습니다. "
        "이번 달에 등록하시면 수강료를 절반만 내시고 교재도 무료로 받으실 수 있습니다. 안내 자료를 보내 드려도 괜찮을까요?",
    ),
    "ar": (
        "مرحبا {name}، اطلعت على ملفك الشخصي وأعجبني كثيرا عملك في شركة {company}. نحن نساعد الشركات على الحصول على {n} عميل "
        "جديد كل شهر من دون أي مكالمات باردة. هل لديك وقت في الأسبوع القادم لمكالمة قصيرة نشرح فيها طريقة العمل؟",
        "تحية طيبة {name}، يسعدنا أن ندعوك إلى معرض العقارات الذي يضم أكثر من {n} مشروع سكني جاهز للتسليم. يمكن للزوار التقسيط "
        "على سبع سنوات مع خصم خاص لمن يحجز خلال أيام المعرض. أرسل لي رقم هاتفك حتى نجهز لك بطاقة الدخول المجانية.",
    ),
    "hi": (
        "नमस्ते {name}, मैंने आपकी प्रोफ़ाइल देखी और {company} में आपके काम से बहुत प्रभावित हुआ। हम कंपनियों को हर महीने {n} नए ग्राहक "
        "दिलाने में मदद करते हैं और उन्हें विज्ञापन पर पैसा खर्च नहीं करना पड़ता। क्या आप अगले हफ्ते एक छोटी बातचीत के लिए समय निकाल सकते हैं?",
        "प्रिय {name}, हमारी संस्था युवा पेशेवरों के लिए सप्ताहांत में शेयर बाज़ार की कक्षाएँ चलाती है जिनमें अब तक {n} लोग सीख चुके हैं। "
        "पहली कक्षा बिल्कुल मुफ़्त है और नोट्स भी साथ में दिए जाते हैं। अगर आपकी रुचि हो तो अपना नंबर भेज दीजिए।",
    ),
    "th": (
        "สวัสดีค่ะคุณ{name} ดิฉันได้เห็นโปรไฟล์ของคุณและประทับใจกับงานที่คุณทำที่ {company} มาก เราช่วยให้บริษัทต่างๆ ได้ลูกค้าใหม่ {n} "
        "รายทุกเดือนโดยไม่ต้องเสียค่าโฆษณา สัปดาห์หน้าคุณพอจะมีเวลาคุยโทรศัพท์สั้นๆ สักสิบห้านาทีไหมคะ",
        "เรียนคุณ{name} ทางโรงงานของเรารับผลิตอาหารเสริมและเครื่องสำอางในแบรนด์ของคุณเอง เริ่มต้นเพียง {n} ชิ้น "
        "พร้อมออกแบบกล่องและจดทะเบียนให้ฟรี หากสนใจขอตัวอย่างสินค้าสามารถตอบกลับข้อความนี้ได้เลยครับ",
    ),
}
"""Sixty templates and fewer: by language, each a whole message."""

REWRITTEN: tuple[tuple[str, ...], ...] = (
    (
        "Greetings! Your career caught my attention today. Our agency fills sales calendars for mid-sized businesses, "
        "and nobody there has to pick up a phone. Might a brief conversation make sense in the coming days?",
        "Good morning. Finding buyers is hard, and we make it easy: a steady stream of interested prospects lands in "
        "your inbox, month after month. Tell me which day suits you and I will ring.",
        "Pleased to connect! What would a dozen extra meetings with decision makers be worth to you? That is what my "
        "clients receive, and there is no advertising budget behind it. Curious to hear more?",
    ),
    (
        "Are you short of programmers? From our office in Portugal we ship software for phones and tablets that costs "
        "far less than in your country. References are available; just say the word and they are yours.",
        "Nice to meet you here. If an app is on your roadmap this year, let a European team quote for it: same time "
        "zone, small rates, dozens of happy customers. Where may I mail our portfolio?",
        "Congratulations on the expansion! Scaling means code, and code means people. Ours are cheap, fast and fluent. "
        "Give us one little task for free and see what comes back.",
    ),
)
"""The same offers in wholly other words, which no method finds that counts words."""

FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "it was so good to bump into you at the {place} after all these years",
        "do you still have the {thing} I lent you when we moved to {town}",
        "{person} told me that you are thinking of leaving the {place}, is that true",
        "I finally finished the {thing} we talked about, and it turned out {kind}",
        "my sister is starting at the {place} in {town} and knows nobody there yet",
        "could you have a look at the {thing} I wrote for {person} before {day}",
        "we are back from {town} and the kids still talk about your {thing}",
        "the {place} wants somebody for the {thing}, and I thought of you at once",
        "are you coming to the reunion in {town}, or has {person} scared you off",
        "thank you again for the {thing}, {person} was {kind} when she saw it",
        "I have been meaning to ask how your father is doing since the {thing}",
        "on {day} a few of us meet at the {place} behind the old station",
        "do you remember the {kind} evening when {person} lost the {thing}",
        "I started teaching at the {place} last autumn and it is {kind} but tiring",
        "there is a talk about the {thing} in {town} that would be right up your street",
        "please give my love to {person} and tell her the {thing} arrived",
        "I got your new number from {person}, hope you do not mind",
        "the translation of the {thing} is nearly done, only the last chapter is {kind}",
        "would you write me two lines about our time at the {place} for my application",
        "how is {town} treating you, and did the {thing} ever get repaired",
        "we had to cancel the {thing} because {person} broke a leg on {day}",
        "I saw your picture in the paper next to that {kind} {thing}",
        "if you pass through {town} there is always a bed for you at our {place}",
        "somebody at the {place} asked me yesterday who built the {thing}",
    ),
    "de": (
        "schön, dass wir uns neulich im {place} in {town} wieder gesehen haben",
        "hast du noch das {thing}, das ich dir vor dem Umzug geliehen hatte",
        "{person} erzählt, dass du das {place} verlassen willst, stimmt das wirklich",
        "am {day} treffen wir uns zu viert beim {place} hinter dem Bahnhof",
        "das {thing} ist endlich fertig geworden und sieht {kind} aus",
        "kannst du bitte vor {day} noch einen Blick auf mein {thing} werfen",
        "grüß {person} herzlich von mir und sag ihr, das {thing} ist angekommen",
        "wir sind aus {town} zurück, und die Kinder reden nur noch vom {thing}",
        "wenn du durch {town} kommst, steht bei uns immer ein Bett für dich",
        "meine Schwester fängt im {place} an und kennt dort noch niemanden",
    ),
    "fr": (
        "cela m'a fait plaisir de te revoir au {place} après tout ce temps",
        "as-tu encore le {thing} que je t'avais prêté avant le déménagement",
        "{person} m'a dit que tu pensais quitter le {place}, est-ce vrai",
        "nous nous retrouvons {day} à quelques-uns devant le {place} de {town}",
        "le {thing} est enfin terminé et le résultat est vraiment {kind}",
        "peux-tu relire mon {thing} avant {day}, si tu as un moment",
        "embrasse {person} de ma part et dis-lui que le {thing} est bien arrivé",
        "si tu passes par {town}, il y aura toujours un lit pour toi",
        "ma sœur commence au {place} et ne connaît encore personne là-bas",
        "comment va ton père depuis cette histoire de {thing}",
    ),
    "es": (
        "qué alegría verte el otro día en el {place} después de tantos años",
        "todavía tienes el {thing} que te presté antes de la mudanza",
        "{person} me contó que quieres dejar el {place}, es verdad eso",
        "el {day} nos juntamos unos cuantos en el {place} de {town}",
        "por fin terminé el {thing} y ha quedado bastante {kind}",
        "puedes mirar mi {thing} antes del {day}, si tienes un rato",
        "dale un abrazo a {person} y dile que el {thing} llegó bien",
        "si pasas por {town} ya sabes que tienes una cama en casa",
        "mi hermana empieza en el {place} y no conoce a nadie allí",
        "cómo sigue tu padre desde aquello del {thing}",
    ),
}
"""Sentences of personal messages."""

FILLERS: dict[str, tuple[str, ...]] = {
    "place": (
        "library",
        "clinic",
        "workshop",
        "bakery",
        "observatory",
        "conservatory",
        "shipyard",
        "museum",
        "laboratory",
        "orchard",
        "theatre",
        "archive",
        "boathouse",
        "ministry",
        "hostel",
        "stadium",
        "printworks",
        "aquarium",
    ),
    "thing": (
        "cello",
        "manuscript",
        "tent",
        "recipe",
        "bicycle",
        "survey",
        "telescope",
        "garden",
        "film",
        "proposal",
        "quilt",
        "dictionary",
        "kayak",
        "thesis",
        "bridge",
        "concert",
        "photograph",
        "grant",
        "camera",
        "sourdough",
        "cradle",
    ),
    "town": (
        "Ghent",
        "Porto",
        "Tartu",
        "Leeds",
        "Graz",
        "Bergen",
        "Turku",
        "Lyon",
        "Cork",
        "Brno",
        "Vigo",
        "Trieste",
        "Aarhus",
        "Gdynia",
        "Uppsala",
        "Basel",
    ),
    "person": (
        "Ada",
        "Boris",
        "Carla",
        "Dmitri",
        "Esma",
        "Farid",
        "Greta",
        "Hana",
        "Ivo",
        "Jun",
        "Kofi",
        "Lena",
        "Mateo",
        "Nuria",
        "Olu",
        "Pia",
        "Quentin",
        "Rosa",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Easter", "midsummer"),
    "kind": ("lovely", "strange", "enormous", "quiet", "splendid", "odd", "cheerful", "hopeless", "marvellous", "dull"),
}
"""What stands in the frames."""

BIRTHDAYS = (
    "Happy birthday {person}! I hope you have a wonderful day with cake, good company and not too many emails. All the "
    "best for the year ahead!",
    "Alles Gute zum Geburtstag, {person}! Ich wünsche dir einen schönen Tag mit viel Kuchen und lieben Menschen und ein "
    "gesundes neues Lebensjahr.",
    "Joyeux anniversaire {person} ! Je te souhaite une très belle journée entourée de tes proches et beaucoup de bonheur "
    "pour cette nouvelle année.",
)
"""Wishes that many send in nearly the same words."""

CANNED = (
    "Thanks for connecting! I am always glad to grow my network with interesting people, so do let me know if there is "
    "anything I can help you with.",
    "Thank you for reaching out. I am not looking for anything new at the moment, but I will keep you in mind and wish "
    "you a great week.",
)
"""Answers from a stock."""

FORWARDED = (
    "Please share: our school library in {town} burned down last night and is looking for books for children between "
    "six and twelve. Boxes can be left at the town hall until Sunday, and drivers with a van are very welcome too.",
)
"""A text that friends pass on."""
