"""Templates of pitches that nobody looked at while the method was made: for measuring once, never for choosing.

Sixty in sixteen languages, written after the method was settled; all invented. Slots as in `benchmarks.pitches_texts`.
"""

from __future__ import annotations

HELD_OUT: dict[str, tuple[str, ...]] = {
    "en": (
        "Hi {name}, our beekeepers place hives on flat roofs and look after them all year. {company} would get {n} jars "
        "with its own label every autumn, and staff can join a tasting. Is the roof of your building easy to reach?",
        "Good afternoon {name}, half of all server rooms run hotter than they should. We measure yours for a week with "
        "{n} small sensors, then hand you a map of the warm corners and a list of cheap repairs. Who at {company} looks "
        "after facilities?",
        "Dear {name}, my firm brings retired judges together with companies that want to avoid court. Cases like those "
        "of {company} end after {n} weeks on average, and both sides share the bill. May I post you our short guide?",
        "Hello {name}! Have you considered a podcast for {company}? You talk for half an hour, we cut, subtitle and "
        "publish, and after {n} episodes you own a library of clips. The pilot costs nothing, so why not try it?",
        "{name}, freight rates to Asia fell again this morning. As brokers we lock them for {n} days while others wait, "
        "and you keep your usual forwarder. Send me one recent invoice from {company} and I will tell you what you "
        "overpaid.",
        "Hi {name}, I noticed that nobody has registered the misspelled versions of your web address. Crooks love those. "
        "For a yearly fee of {n} pounds we buy and watch them for {company}. Want to see which ones are still free?",
        "Greetings {name}, our tutors prepare children of busy parents for entrance exams, online and after dinner. Last "
        "summer {n} of our pupils got into their first choice. Colleagues at {company} get two lessons free, should I "
        "reserve yours?",
        "Hello {name}, moving an office usually means three lost days. Our crew packs on Friday night and by Monday each "
        "screen stands where it stood before. We moved {n} desks last quarter; does {company} have a lease that ends "
        "soon?",
        "Hey {name}, quick one from a fellow founder. I am gathering {n} operators for a dinner without slides or "
        "speeches, everyone brings one problem and leaves with three answers. The chef is known, the table is small. Are "
        "you in town on the ninth?",
        "Dear {name}, old pension schemes often hide money that nobody claims. Our actuaries read the deeds for free and "
        "keep a tenth of what they find. At a firm the size of {company} that came to {n} thousand. Whom should they "
        "contact?",
        "Hi {name}, do candidates drop out before the second interview? We call each of them within {n} hours and ask "
        "why, politely and in their own language. {company} receives the answers as a one page report. Fancy a sample "
        "from your sector?",
        "Morning {name}, I sell used laboratory equipment with a full service record: centrifuges, freezers, balances. "
        "Everything is calibrated and shipped in {n} days, with a buy back promise. Is {company} about to replace "
        "anything this year?",
    ),
    "de": (
        "Hallo {name}, unsere Schreinerei baut Konferenztische aus Holz, das beim Abriss alter Scheunen übrig bleibt. "
        "Jeder Tisch trägt eine Plakette mit seiner Herkunft, und {n} davon stehen schon in Kanzleien. Darf ich Ihnen "
        "für {company} Muster der Oberflächen zusenden?",
        "Guten Morgen {name}, kennen Sie die Kosten Ihrer Druckerflotte? Wir lesen die Zähler aus, ziehen ungenutzte "
        "Geräte ein und übernehmen Toner sowie Wartung zum Festpreis. Bei einem Verband sanken die Ausgaben um {n} "
        "Prozent. Wer ist bei {company} dafür zuständig?",
        "Sehr geehrter Herr {name}, als Notfallseelsorger schule ich Teams für den Umgang mit Kunden in Krisen. Der "
        "Kurs dauert einen Nachmittag und ist auf {n} Personen begrenzt. Gern nenne ich Ihnen Häuser, die ihn jährlich "
        "buchen.",
        "Hi {name}, wir vermieten Lastenräder mit Fahrer für Messen und Stadtfeste, beklebt in Ihren Farben. Im Mai sind "
        "noch {n} Termine offen, danach ist alles vergeben. Soll ich {company} eines davon zurücklegen?",
        "Grüß Gott {name}, Ihr Betrieb zahlt vermutlich Beiträge für Mitarbeiter, die längst ausgeschieden sind. Unsere "
        "Prüfer fanden im letzten Jahr {n} solcher Fälle und holten das Geld zurück. Ein Blick in Ihre Listen genügt "
        "uns, wollen wir beginnen?",
        "Servus {name}, mein Verlag sucht Fachleute, die ein schmales Buch über ihren Alltag schreiben. Ein Lektor "
        "begleitet Sie, nach {n} Monaten liegt das Werk im Handel, und die Rechte bleiben bei Ihnen. Haben Sie ein Thema, "
        "das Ihnen am Herzen liegt?",
    ),
    "fr": (
        "Bonjour {name}, nos horlogers réparent les montres anciennes offertes aux salariés lors des départs. Nous venons "
        "chercher les pièces, et {n} entreprises de la région nous les confient déjà. Aimeriez-vous un tarif de groupe "
        "pour {company} ?",
        "Bonsoir {name}, votre cave informatique a-t-elle été inondée cet hiver ? Nos pompes se déclenchent seules et "
        "préviennent votre gardien par téléphone. La pose prend {n} heures, sans coupure de courant. Je peux passer voir "
        "les lieux chez {company}.",
        "Cher {name}, notre troupe joue des saynètes sur la sécurité au travail, écrites à partir de vos accidents réels. "
        "Les ouvriers rient puis retiennent, comme le disent {n} chefs de chantier. Une représentation d'essai vous "
        "tente-t-elle ?",
        "Bonjour {name}, je cultive des champignons dans d'anciens parkings et livre les cantines avant midi. Le chef de "
        "votre restaurant d'entreprise recevrait {n} kilos chaque mardi, sans emballage. Qui décide des achats chez "
        "{company} ?",
        "Madame {name}, une loi oblige bientôt les bailleurs à isoler leurs bureaux. Nos ingénieurs chiffrent les travaux "
        "en {n} jours et montent les aides pour vous. Envoyez-moi la surface de {company}, je vous réponds avec une "
        "première estimation.",
        "Salut {name}, on organise des joutes nautiques entre sociétés sur le canal, avec barques, casques et fanfare. "
        "Il reste {n} équipes à inscrire et le repas est compris. Est-ce que {company} oserait défier ses voisins ?",
    ),
    "es": (
        "Hola {name}, restauramos carteles antiguos de neón y los convertimos en letreros de bajo consumo. Hay {n} en "
        "hoteles de la costa y ninguno ha fallado todavía. ¿Quieres que dibujemos uno con el nombre de {company}?",
        "Estimada {name}, su empresa podría recuperar el agua de lluvia del tejado para los baños. Instalamos depósitos "
        "de {n} litros en dos jornadas y tramitamos la ayuda municipal. ¿Con quién debo hablar en {company} para medir la "
        "cubierta?",
        "Buenas {name}, soy guía de montaña y preparo salidas para equipos directivos que apenas se conocen. Dormimos en "
        "refugios, cocinamos juntos y al tercer día {n} de cada diez proponen repetir. ¿Te envío las fechas de otoño?",
        "Hola {name}, nuestra imprenta fabrica cajas pequeñas sin pedido mínimo, con tinta vegetal y cierre sin cinta. "
        "Una tienda parecida a {company} vendió {n} unidades más por Navidad solo por el envoltorio. ¿Te mando tres "
        "modelos vacíos?",
        "Buenos días {name}, ¿sabía que las multas de tráfico de la flota se pueden recurrir en bloque? Nuestros "
        "abogados ganan {n} de cada cien y no cobran si pierden. Basta con que {company} reenvíe las notificaciones a un "
        "buzón.",
        "Apreciado {name}, organizamos catas de aceite a ciegas para clientes importantes, con olivareros que explican "
        "cada cosecha. El salón admite {n} invitados y cerramos con una cena ligera. ¿Qué semana le conviene más a su "
        "equipo comercial?",
    ),
    "pt": (
        "Olá {name}, a nossa oficina transforma contentores marítimos em salas de formação com ar condicionado. Ficam "
        "prontas em {n} semanas e mudam de sítio num camião. A {company} precisa de mais espaço no próximo semestre?",
        "Bom dia {name}, somos intérpretes de língua gestual e acompanhamos reuniões por vídeo com meia hora de aviso. "
        "No ano passado fizemos {n} sessões em bancos e hospitais. Posso oferecer à {company} a primeira sem custos?",
        "Caro {name}, os seus painéis solares perdem rendimento quando ganham pó. Os nossos robôs limpam {n} metros por "
        "noite sem gastar água e enviam fotografias ao técnico. Diga-me onde fica o parque e calculo a poupança.",
        "Oi {name}, minha equipe grava audiolivros curtos com a história de empresas familiares, narrados pelos próprios "
        "fundadores. São {n} minutos que emocionam clientes e netos. Que tal marcarmos uma escuta do exemplo mais recente?",
    ),
    "it": (
        "Buongiorno {name}, affittiamo distributori di acqua frizzante collegati alla rete, senza bottiglie da portare su "
        "per le scale. Un ufficio grande come {company} evita {n} casse al mese. Le lascio provare la macchina per due "
        "settimane?",
        "Ciao {name}, siamo quattro archivisti e mettiamo ordine nelle cantine piene di faldoni. Scansioniamo, "
        "classifichiamo e distruggiamo ciò che è scaduto, {n} metri lineari al giorno. Quanti ne avete ancora voi di "
        "{company}?",
        "Gentile {name}, la nostra scuola di vela propone regate per aziende sul lago, con istruttori a bordo di ogni "
        "barca. Partecipano fino a {n} persone e nessuno deve saper nuotare bene. Preferite giugno oppure settembre?",
        "Egregio {name}, i contratti della luce contengono spesso clausole che nessuno legge. Noi le leggiamo tutte e "
        "chiediamo il rimborso degli ultimi {n} trimestri, trattenendo solo un quinto. Mi manda una bolletta di {company} "
        "come prova?",
    ),
    "nl": (
        "Goedemorgen {name}, wij maken gevels schoon met bacteriën in plaats van hogedruk, zodat oude steen heel blijft. "
        "In uw straat deden we al {n} panden. Mag onze voorman bij {company} een klein stuk gratis behandelen?",
        "Hallo {name}, weet jij hoeveel vergaderingen bij {company} ook een bericht hadden kunnen zijn? Onze plug-in telt "
        "ze en stelt voor welke er weg kunnen; klanten winnen {n} uur per week. Zin in een demonstratie met je eigen "
        "agenda?",
        "Beste {name}, mijn zus en ik koken soep van groente die de veiling niet wil. Vijf dagen per week brengen we "
        "{n} porties op de fiets, warm en met brood. Zullen we maandag een pan voor jullie kantine neerzetten?",
    ),
    "pl": (
        "Dzień dobry {name}, odnawiamy podłogi w halach w weekend, żeby produkcja nie stała ani godziny. Żywica twardnieje "
        "przez noc i ma {n} lat gwarancji. Czy mogę przyjechać do {company} i zmierzyć powierzchnię bez zobowiązań?",
        "Cześć {name}, prowadzę chór firmowy, w którym śpiewają osoby przekonane, że nie umieją. Po {n} próbach dajemy "
        "koncert dla rodzin, a nuty zostają u was. Może w {company} też znajdzie się kilka odważnych głosów?",
        "Szanowna Pani {name}, nasi detektywi sprawdzają kontrahentów za granicą, zanim podpisze Pani umowę. Raport "
        "przychodzi po {n} dniach i zawiera zdjęcia magazynu oraz długi wspólników. Którą spółkę mamy zbadać najpierw?",
    ),
    "sv": (
        "Hej {name}, vi sköter företags akvarier så att fiskarna mår bra och glaset är rent varje måndag. Just nu ingår "
        "{n} nya växter för den som byter till oss. Finns det en tom vägg i receptionen hos {company}?",
        "God morgon {name}, våra elever på snickarlinjen bygger fågelholkar av spill från era lastpallar. För varje kund "
        "sätter ni upp en holk, och förra våren flyttade {n} par in. Ska vi hämta första lasset på fredag?",
    ),
    "da": (
        "Hej {name}, vi udlejer elektriske varevogne om natten, når de ellers står stille hos bageren. Prisen er en "
        "tredjedel, og I henter dem højst {n} minutter fra {company}. Skal jeg reservere en prøvetur i næste uge?",
        "Godaften {name}, som tidligere dommer i håndbold underviser jeg ledere i at træffe upopulære valg hurtigt. "
        "Forløbet fylder {n} formiddage og ender med en rigtig kamp. Hvem plejer at planlægge den slags hos jer?",
    ),
    "tr": (
        "Merhaba {name}, ofis mutfakları için kahve telvesinden bardak üretiyoruz, kırılmıyor ve makinede yıkanıyor. Geçen "
        "ay {n} adet sattık ve iade gelmedi. {company} logosuyla bir deneme takımı hazırlayıp kargolayalım mı?",
        "Günaydın {name}, depolarda kaybolan paletleri bulan küçük vericiler geliştirdik. Pilleri beş yıl dayanıyor, kurulum "
        "{n} dakika sürüyor ve abonelik yok. Size uygun bir sabah gelip ücretsiz bir sayım yapabilir miyiz?",
    ),
    "ru": (
        "Здравствуйте, {name}! Мы чистим вентиляцию в офисах щётками на тросе, без пыли и выходных. После работы прибор "
        "показывает, что воздух стал чище в {n} раз. Подскажите, кто в {company} отвечает за здание?",
        "Добрый вечер, {name}. Наша типография печатает настольные игры по правилам заказчика, тиражом от одной коробки. "
        "Для похожей фирмы сделали игру про логистику, сыграли уже {n} команд. Хотите получить пробный экземпляр почтой?",
        "Приветствую, {name}! Ищу склады, которые пустуют зимой: ставлю там корты для бадминтона и плачу аренду вперёд. "
        "Пол не портим, за сезон приходит {n} игроков. Нет ли у {company} свободного помещения до апреля?",
    ),
    "zh": (
        "{name}您好，我们的团队专门修复老旧电梯，不换轿厢也能省下一半电费。去年在您附近完成了{n}部，噪音明显变小。"
        "如果{company}的大楼有需要，我可以安排工程师周末上门免费检查一次。",
        "早上好{name}，我在山里种茶，每年春天只做{n}盒，全部手工炒制，包装上可以印公司的名字。"
        "许多朋友拿来送给重要的合作伙伴。想先寄两小袋给您尝尝，请告诉我收件地址好吗？",
    ),
    "ja": (
        "{name}様、こんにちは。当社は古い会議室の響きを測り、布の壁で声を聞き取りやすくする工事を行っております。"
        "施工は{n}時間で終わり、穴も開けません。{company}様のお部屋を一度無料で測らせていただけますか。",
        "お世話になります、{name}様。私どもは社員食堂向けに規格外の果物を毎週お届けしている農家の集まりです。"
        "昨年は{n}社にご利用いただき、余った分は全て引き取りました。まずは箱をひとつお送りしたいのですが、いかがでしょうか。",
    ),
    "ar": (
        "مساء الخير {name}، نحن نصنع أثاثا مكتبيا من خشب النخيل المعاد تدويره، وقد جهزنا {n} مكتبا لجامعات في الخليج. التوصيل "
        "والتركيب علينا، ويمكن لفريق {company} تجربة كرسي واحد لمدة شهر، فهل نرسله إليكم؟",
        "أهلا {name}، هل تصل رسائل زبائنكم في الليل ولا يرد أحد؟ يعمل عندنا {n} موظفا يجيدون خمس لهجات ويجيبون باسم شركتكم حتى "
        "الفجر. أول أسبوعين مجانا، وبعدها تقررون بهدوء إن كنتم تريدون الاستمرار.",
    ),
    "ko": (
        "안녕하세요 {name}님, 저희는 사무실 창문에 붙이는 얇은 필름으로 여름 냉방비를 줄여 드립니다. 시공은 밤에 끝나고 {n}년 동안 "
        "떨어지지 않습니다. {company} 건물의 사진을 한 장만 보내 주시면 예상 금액을 바로 계산해 드리겠습니다.",
    ),
}
