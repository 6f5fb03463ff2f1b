import { HINT_PRIORITY, type NewLine, readApplication } from '../dialplan/index.ts';
import { ConfigWizards } from '../pjsip/index.ts';
import type { Ground } from './parts.ts';

/** pjsip_wizard.conf; its hints are part of the dial plan, which is read again when they change. */
export class ServerWizards {
  #wizards: ConfigWizards | undefined;

  load({ sorcery, log, files }: Ground): void {
    this.#wizards = new ConfigWizards({
      sorcery,
      log: log.logger('res_pjsip_config_wizard'),
      readConfig: () => files.read('pjsip_wizard.conf'),
    });
  }

  unload(): void {
    this.#wizards?.close();
    this.#wizards = undefined;
  }

  reload(): void {
    this.#wizards?.reload();
  }

  *hints(): Iterable<NewLine> {
    const origin = { registrar: 'res_pjsip_config_wizard' };
    for (const { context, exten, endpoint, application } of this.#wizards?.hints ?? []) {
      const place = { context, exten, origin };
      yield { ...place, priority: HINT_PRIORITY, application: `PJSIP/${endpoint}`, data: '' };
      if (application !== undefined) yield { ...place, priority: 1, ...readApplication(application) };
    }
  }
}
