// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
/**
 * What caches forget: which records, and of which tables. Decisions alone, without memory or
 * threads of their own; uses nothing but the JDK.
 */
package io.sedna.daemon.engine.cache;
