import { Construct } from 'constructs';
import type { Compartment } from '../compartment';
import { type AppEnd, appEnd } from '../end';
import { configText } from './config';
import { type CollectorProps, configOf } from './pod';

/** What collectors share: creates the identity and the configuration, a ConfigMap that holds `config.yaml`. */
export abstract class Collector extends Construct {
  constructor(
    readonly compartment: Compartment,
    readonly props: CollectorProps,
  ) {
    super(compartment, props.name);
    compartment.addIdentity(props.name);
    compartment.addContents(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: props.name, namespace: compartment.namespace },
        data: { 'config.yaml': configText(configOf(props)) },
      },
      this,
    );
  }

  /** This collector as an end of a passage. */
  get end(): AppEnd {
    return appEnd(this.compartment, this.props.name);
  }
}
