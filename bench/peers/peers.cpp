// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "peers/peers.hpp"

#include "rows.hpp"

namespace backtalk::bench {

void add_peers() {
#ifdef BACKTALK_BENCH_BEAST
  add_beast();
#endif
#ifdef BACKTALK_BENCH_LLHTTP
  add_llhttp();
#endif
#ifdef BACKTALK_BENCH_HTTP_PARSER
  add_http_parser();
#endif
#ifdef BACKTALK_BENCH_H2O
  add_picohttpparser_packaged();
#endif
#ifdef BACKTALK_BENCH_PICOHTTPPARSER
  add_picohttpparser_sse42();
#endif
#ifdef BACKTALK_BENCH_PICOHTTPPARSER_AVX2
  add_picohttpparser_avx2();
#endif
#ifdef BACKTALK_BENCH_LIBETPAN
  add_libetpan();
#endif
#ifdef BACKTALK_BENCH_VMIME
  add_vmime();
#endif
#ifdef BACKTALK_BENCH_DOVECOT
  add_dovecot();
#endif
}

}  // namespace backtalk::bench
