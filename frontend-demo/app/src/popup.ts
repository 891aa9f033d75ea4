import { finishPopup } from '@cloakroom/client';
import './app.css';

finishPopup();
