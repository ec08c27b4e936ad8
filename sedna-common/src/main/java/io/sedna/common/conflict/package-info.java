// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
/**
 * Merging of the values that several sources have written under one key: the interface for users'
 * own classes, and some that are often wanted. Uses the error codes alone.
 */
package io.sedna.common.conflict;
