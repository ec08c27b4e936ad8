// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.hitratio;

/**
 * Part of the requests that a cache answered, after a time in which it filled.
 *
 * @param hits 0 to 1
 */
record HitRatio(double hits) {
  /** The first requests, one part in so many, are not counted. */
  private static final int WARM_UP_PART = 4;

  static HitRatio of(CacheModel cache, int[] requests, RecordSizes sizes) {
    int counted = requests.length - requests.length / WARM_UP_PART;
    long hits = 0;
    for (int i = 0; i < requests.length; i++) {
      boolean hit = cache.access(requests[i], sizes.of(requests[i]));
      hits += hit && i >= requests.length - counted ? 1 : 0;
    }
    return new HitRatio((double) hits / counted);
  }
}
