// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.client.SednaClient;

/**
 * What commands work with.
 *
 * @param out where answers go
 */
record Session(SednaClient client, ShellOutput out) {}
