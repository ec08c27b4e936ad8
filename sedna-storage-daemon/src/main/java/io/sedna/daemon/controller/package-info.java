/**
 * The controller: the only writer of the partition map and of the table catalogue, active on one
 * daemon at a time. {@link io.sedna.daemon.controller.ControllerCore} and {@link
 * io.sedna.daemon.controller.CatalogueEdits} decide and are pure; the rest carries out. Uses
 * Curator, {@code cluster}, {@code placement}, the interfaces of {@code persistence}, and {@code
 * io.sedna.common} with its generated counterparts.
 */
package io.sedna.daemon.controller;
