/* SPDX-License-Identifier: BSD-2-Clause */
#include "provider_builtin.h"

/*
 * Grouped by whose servers take the mail, for that is what throttles: AOL and verizon.net are
 * Yahoo's, web.de is GMX's. Yahoo Japan is another company. Hosted business mail of Microsoft
 * judges senders by rules of its own, so it is kept apart from the consumer domains.
 */
const struct provider_builtin provider_builtin[] = {
	{"gmail", "gmail googlemail google googleapps gsuite", "gmail.com googlemail.com"},
	{"microsoft", "microsoft hotmail outlook live msn",
	 "outlook.com outlook.at outlook.be outlook.bg outlook.cl outlook.co.id outlook.co.il "
	 "outlook.co.nz outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr "
	 "outlook.com.pe outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk outlook.es "
	 "outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr outlook.lv "
	 "outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk "
	 "hotmail.com hotmail.at hotmail.be hotmail.ca hotmail.ch hotmail.cl hotmail.co.id "
	 "hotmail.co.il hotmail.co.in hotmail.co.jp hotmail.co.kr hotmail.co.nz hotmail.co.th "
	 "hotmail.co.uk hotmail.co.za hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.com.hk "
	 "hotmail.com.mx hotmail.com.tr hotmail.com.tw hotmail.com.vn hotmail.cz hotmail.de "
	 "hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.lt "
	 "hotmail.lv hotmail.my hotmail.nl hotmail.no hotmail.ph hotmail.rs hotmail.se hotmail.sg "
	 "hotmail.sk "
	 "live.com live.at live.be live.ca live.cl live.cn live.co.in live.co.kr live.co.uk "
	 "live.co.za live.com.ar live.com.au live.com.mx live.com.my live.com.ph live.com.pt "
	 "live.com.sg live.de live.dk live.fi live.fr live.hk live.ie live.in live.it live.jp "
	 "live.nl live.no live.ru live.se "
	 "msn.com msn.nl passport.com windowslive.com windowslive.es"},
	{"microsoft365", "microsoft365 office365 o365 eop", "*.onmicrosoft.com"},
	{"yahoo", "yahoo yahooaol yahoodns aol aim verizon oath",
	 "yahoo.com yahoo.at yahoo.be yahoo.bg yahoo.ca yahoo.cl yahoo.co.id yahoo.co.il "
	 "yahoo.co.in yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar "
	 "yahoo.com.au yahoo.com.br yahoo.com.co yahoo.com.hk yahoo.com.mx yahoo.com.my "
	 "yahoo.com.pe yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.ve "
	 "yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.ee yahoo.es yahoo.fi yahoo.fr yahoo.gr "
	 "yahoo.hr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.lt yahoo.lv yahoo.nl yahoo.no "
	 "yahoo.pl yahoo.pt yahoo.ro yahoo.se yahoo.sk myyahoo.com ymail.com rocketmail.com "
	 "y7mail.com kimo.com "
	 "aol.com aol.at aol.be aol.ch aol.co.nz aol.co.uk aol.com.ar aol.com.au aol.com.br "
	 "aol.com.mx aol.cz aol.de aol.dk aol.es aol.fi aol.fr aol.hk aol.in aol.it aol.jp aol.kr "
	 "aol.nl aol.pl aol.se aol.tw aim.com cs.com compuserve.com games.com love.com "
	 "netscape.com netscape.net wmconnect.com wow.com ygm.com verizon.net"},
	{"apple", "apple icloud me mac", "icloud.com me.com mac.com privaterelay.appleid.com"},
	{"comcast", "comcast xfinity", "comcast.net xfinity.com"},
	{"att", "att sbcglobal bellsouth prodigy",
	 "att.net ameritech.net bellsouth.net flash.net nvbell.net pacbell.net prodigy.net "
	 "sbcglobal.net snet.net swbell.net wans.net currently.com"},
	{"cox", "cox", "cox.net *.cox.net coxmail.com"},
	{"spectrum", "spectrum charter roadrunner rr twc",
	 "charter.net spectrum.net brighthouse.com roadrunner.com rr.com *.rr.com twc.com "
	 "bresnan.net"},
	{"centurylink", "centurylink",
	 "centurylink.net centurytel.net embarqmail.com q.com qwest.net"},
	{"frontier", "frontier", "frontier.com frontiernet.net citlink.net"},
	{"optimum", "optimum optonline", "optonline.net optimum.net suddenlink.net"},
	{"windstream", "windstream", "windstream.net"},
	{"earthlink", "earthlink", "earthlink.net mindspring.com *.earthlink.net"},
	{"juno", "juno netzero", "juno.com netzero.net netzero.com"},
	{"bell", "bell sympatico", "bell.net sympatico.ca bellnet.ca"},
	{"rogers", "rogers", "rogers.com nl.rogers.com"},
	{"shaw", "shaw", "shaw.ca"},
	{"telus", "telus", "telus.net telusplanet.net"},
	{"videotron", "videotron", "videotron.ca videotron.qc.ca videotron.net"},
	{"gmx", "gmx webde web.de 1und1 unitedinternet",
	 "gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.biz gmx.co.uk gmx.es gmx.eu gmx.fr gmx.info "
	 "gmx.it gmx.li gmx.org gmx.pt gmx.us web.de email.de 1und1.de online.de onlinehome.de "},
	{"mailcom", "mailcom mail.com",
	 "mail.com email.com usa.com post.com europe.com consultant.com engineer.com myself.com "
	 "dr.com cheerful.com techie.com iname.com writeme.com asia.com"},
	{"t-online", "t-online tonline telekom", "t-online.de magenta.de"},
	{"freenet", "freenet", "freenet.de 01019freenet.de"},
	{"arcor", "arcor", "arcor.de arcormail.de vodafonemail.de nexgo.de"},
	{"bluewin", "bluewin swisscom", "bluewin.ch bluemail.ch"},
	{"a1", "a1 aon", "a1.net aon.at"},
	{"orange", "orange wanadoo", "orange.fr wanadoo.fr voila.fr"},
	{"free", "free proxad", "free.fr aliceadsl.fr libertysurf.fr online.fr"},
	{"sfr", "sfr neuf numericable",
	 "sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr 9business.fr numericable.fr "
	 "noos.fr"},
	{"laposte", "laposte", "laposte.net"},
	{"bouygues", "bouygues bbox", "bbox.fr"},
	{"libero", "libero italiaonline virgilio",
	 "libero.it inwind.it iol.it blu.it giallo.it virgilio.it"},
	{"tim", "tim alice", "tim.it alice.it tin.it"},
	{"tiscali", "tiscali", "tiscali.it"},
	{"aruba", "aruba", "aruba.it technet.it"},
	{"telefonica", "telefonica", "telefonica.net movistar.es terra.es"},
	{"sapo", "sapo", "sapo.pt"},
	{"bt", "bt btinternet",
	 "btinternet.com btopenworld.com btconnect.com talk21.com bt.com btclick.com"},
	{"sky", "sky", "sky.com"},
	{"virginmedia", "virginmedia ntlworld",
	 "virginmedia.com virgin.net ntlworld.com blueyonder.co.uk"},
	{"talktalk", "talktalk",
	 "talktalk.net talktalk.co.uk tiscali.co.uk lineone.net onetel.com pipex.com"},
	{"telenet", "telenet", "telenet.be pandora.be"},
	{"proximus", "proximus skynet", "proximus.be skynet.be belgacom.net"},
	{"ziggo", "ziggo", "ziggo.nl home.nl casema.nl chello.nl quicknet.nl upcmail.nl"},
	{"kpn", "kpn planet", "kpnmail.nl planet.nl hetnet.nl kpnplanet.nl xs4all.nl telfort.nl"},
	{"telia", "telia", "telia.com"},
	{"seznam", "seznam", "seznam.cz email.cz post.cz spoluzaci.cz"},
	{"onet", "onet",
	 "onet.pl op.pl onet.eu poczta.onet.pl vp.pl autograf.pl buziaczek.pl onet.com.pl"},
	{"wp", "wp o2.pl", "wp.pl o2.pl tlen.pl go2.pl"},
	{"interia", "interia", "interia.pl interia.eu poczta.fm intmail.pl"},
	{"yandex", "yandex", "yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.uz ya.ru"},
	{"mailru", "mailru mail.ru vk",
	 "mail.ru bk.ru inbox.ru list.ru internet.ru vk.com xmail.ru"},
	{"rambler", "rambler", "rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru rambler.ua"},
	{"ukrnet", "ukrnet ukr.net", "ukr.net"},
	{"qq", "qq tencent foxmail", "qq.com vip.qq.com foxmail.com"},
	{"netease", "netease 163 126 yeah",
	 "163.com 126.com yeah.net 188.com vip.163.com vip.126.com"},
	{"sina", "sina", "sina.com sina.cn vip.sina.com vip.sina.cn"},
	{"sohu", "sohu", "sohu.com vip.sohu.com"},
	{"aliyun", "aliyun", "aliyun.com"},
	{"china-mobile", "chinamobile", "139.com"},
	{"china-telecom", "chinatelecom", "189.cn 21cn.com"},
	{"naver", "naver", "naver.com"},
	{"daum", "daum hanmail kakao", "daum.net hanmail.net kakao.com"},
	{"nate", "nate", "nate.com"},
	{"yahoo-japan", "yahoojapan", "yahoo.co.jp ymail.ne.jp ybb.ne.jp"},
	{"docomo", "docomo", "docomo.ne.jp"},
	{"au", "au kddi ezweb", "au.com ezweb.ne.jp *.ezweb.ne.jp"},
	{"softbank", "softbank",
	 "softbank.ne.jp i.softbank.jp vodafone.ne.jp *.vodafone.ne.jp disney.ne.jp"},
	{"rediff", "rediff rediffmail", "rediffmail.com rediff.com"},
	{"telstra", "telstra bigpond", "bigpond.com bigpond.net.au telstra.com"},
	{"optus", "optus", "optusnet.com.au"},
	{"tpg", "tpg iinet", "tpg.com.au iinet.net.au westnet.com.au internode.on.net"},
	{"xtra", "xtra spark", "xtra.co.nz"},
	{"uol", "uol bol", "uol.com.br bol.com.br"},
	{"terra", "terra", "terra.com.br terra.com"},
	{"ig", "ig", "ig.com.br"},
	{"proton", "proton protonmail", "proton.me protonmail.com protonmail.ch pm.me"},
	{"zoho", "zoho zohomail", "zoho.com zohomail.com zoho.eu zohomail.eu zoho.in zohomail.in"},
	{"fastmail", "fastmail messagingengine", "fastmail.com fastmail.fm"},
	{"tuta", "tuta tutanota",
	 "tuta.com tuta.io tutamail.com tutanota.com tutanota.de keemail.me"},
	{NULL, NULL, NULL},
};
